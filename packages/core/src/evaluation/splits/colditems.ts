import { key, permutation } from '@recspec/kernels'
import type { Split } from '../../contract/split.js'
import { Share, shareOf } from './share.js'

/** All events of a random share of the items with events. */
export const coldItems: Split = {
  summary: 'all events of a random share of the items',
  params: Share,
  holdOut: (params, { events, items }, seed) => {
    const present = new Uint8Array(items.ids.count)
    for (let row = 0; row < events.count; row++) if (events.item[row]! >= 0) present[events.item[row]!] = 1
    const known = Int32Array.from(present.keys()).filter((item) => present[item] === 1)
    const order = permutation(known.length, key(seed, 0x434f))
    const cold = new Uint8Array(items.ids.count)
    for (const place of order.subarray(0, shareOf(params, known.length))) cold[known[place]!] = 1
    const held: number[] = []
    for (let row = 0; row < events.count; row++) if (cold[events.item[row]!] === 1) held.push(row)
    return Int32Array.from(held)
  },
}
