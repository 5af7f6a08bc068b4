import { key, permutation } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { Share, shareOf } from './share.js'

/** A random share of all events. */
export const ratio = split({
  summary: 'a random share of the events',
  params: Share,
  holdOut: (params, { events }, seed) =>
    permutation(events.count, key(seed, 0x5241)).subarray(0, shareOf(params, events.count)).slice().sort(),
})
