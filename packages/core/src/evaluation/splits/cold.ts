import { key, permutation } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'
import { Share, shareOf } from './share.js'

/** Holds out all events of a random share of the users or items with events, and a share of the other events. */
export const coldSplit = (side: 'user' | 'item', salt: number) =>
  split({
    summary: `all events of a random share of the ${side}s`,
    params: Type.Object(
      {
        ...Share.properties,
        warm: Type.Optional(
          Type.Number({
            exclusiveMinimum: 0,
            exclusiveMaximum: 1,
            description: `share of the events of the other ${side}s that is held out too`,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    holdOut: (params, { events, users, items }, seed) => {
      const owner = events[side]
      const count = (side === 'user' ? users : items).ids.count
      const present = new Uint8Array(count)
      for (const index of owner) if (index >= 0) present[index] = 1
      const known = Int32Array.from(present.keys()).filter((index) => present[index] === 1)
      const order = permutation(known.length, key(seed, salt))
      const cold = new Uint8Array(count)
      for (const place of order.subarray(0, shareOf(params, known.length))) cold[known[place]!] = 1
      const rows = Int32Array.from({ length: events.count }, (_, row) => row)
      const isCold = (row: number) => cold[owner[row]!] === 1
      const held = rows.filter(isCold)
      if (params.warm === undefined) return held
      const others = rows.filter((row) => !isCold(row))
      const drawn = permutation(others.length, key(seed, salt, 1)).subarray(
        0,
        shareOf({ share: params.warm }, others.length),
      )
      return Int32Array.from([...held, ...drawn.map((place) => others[place]!)]).sort()
    },
  })
