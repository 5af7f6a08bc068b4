import { key, permutation } from '@recspec/kernels'
import { grouped } from '../../dataset/group.js'
import type { Split } from '../metric.js'
import { Share, shareOf } from './share.js'

/** All events of a random share of the items that have any. */
export const coldItems: Split = {
  summary: 'all events of a random share of the items',
  params: Share,
  holdOut: (params, { events, items }, seed) => {
    const { start, rows } = grouped(events.item, items.ids.count)
    const known = Int32Array.from({ length: items.ids.count }, (_, item) => item).filter(
      (item) => start[item + 1]! > start[item]!,
    )
    const order = permutation(known.length, key(seed, 0x434f))
    const cold = new Set(order.subarray(0, shareOf(params, known.length)).map((place) => known[place]!))
    return rows.filter((row) => cold.has(events.item[row]!)).sort()
  },
}
