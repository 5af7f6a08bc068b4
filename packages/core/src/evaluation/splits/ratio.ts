import { key, permutation } from '@recspec/kernels'
import type { Split } from '../../contract/split.js'
import { Share, shareOf } from './share.js'

/** A random share of all events. */
export const ratio: Split = {
  summary: 'a random share of the events',
  params: Share,
  holdOut: (params, { events }, seed) =>
    permutation(events.count, key(seed, 0x5241)).subarray(0, shareOf(params, events.count)).slice().sort(),
}
