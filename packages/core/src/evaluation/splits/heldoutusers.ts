import { key, permutation } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'
import type { Dataset } from '../../dataset/dataset.js'
import { grouped } from '../../dataset/group.js'

interface HeldOut {
  readonly users?: number
  readonly foldIn?: number
  readonly least?: number
}

/** Rows of the held-out users: those that are folded in, and those that are tested. */
const rowsOf = (params: HeldOut, { events, users }: Dataset, seed: number) => {
  const { users: wanted = 0.1, foldIn = 0.8, least = 5 } = params
  const { start, rows } = grouped(events.user, users.ids.count)
  const able = Int32Array.from({ length: users.ids.count }, (_, user) => user).filter(
    (user) => start[user + 1]! - start[user]! >= least,
  )
  const count = wanted < 1 ? Math.round(wanted * able.length) : wanted
  if (count >= able.length)
    throw new Error(`holds out ${count} users, but ${able.length} have at least ${least} events`)
  const order = permutation(able.length, key(seed, 0x4855))
  const folded: number[] = []
  const tested: number[] = []
  for (const place of order.subarray(0, count)) {
    const user = able[place]!
    const own = rows.subarray(start[user], start[user + 1])
    const known = Math.max(1, Math.min(own.length - 1, Math.round(foldIn * own.length)))
    permutation(own.length, key(seed, 0x4855, user)).forEach((draw, k) => {
      if (k < known) folded.push(own[draw]!)
      else tested.push(own[draw]!)
    })
  }
  return { folded: Int32Array.from(folded).sort(), tested: Int32Array.from(tested).sort() }
}

/**
 * Strong generalisation: users of whom nothing is trained on. A share of their events is folded in, the others are
 * tested (Liang et al., WWW 2018).
 */
export const heldOutUsers = split({
  summary:
    'strong generalisation: users of whom nothing is trained on; a share of their events is folded in, the others are ' +
    'held out',
  params: Type.Object(
    {
      users: Type.Number({
        default: 0.1,
        exclusiveMinimum: 0,
        description: 'users that are held out: their number, or below 1 their share',
      }),
      foldIn: Type.Number({
        default: 0.8,
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'share of the events of a held-out user that is known when the user is measured',
      }),
      least: Type.Integer({ default: 5, minimum: 2, description: 'events that a user must have to be held out' }),
    },
    { additionalProperties: false },
  ),
  holdOut: (params, dataset, seed) => rowsOf(params, dataset, seed).tested,
  foldsIn: (params, dataset, seed) => rowsOf(params, dataset, seed).folded,
})
