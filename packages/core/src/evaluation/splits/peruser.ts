import { key, permutation } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { grouped } from '../../dataset/group.js'
import { Share, shareOf } from './share.js'

/** A random share of each user's events, rounded; at least one stays in training. */
export const perUser = split({
  summary: "a random share of each user's events; at least one stays in training",
  params: Share,
  holdOut: (params, { events, users }, seed) => {
    const { start, rows } = grouped(events.user, users.ids.count)
    const held: number[] = []
    for (let user = 0; user < users.ids.count; user++) {
      const own = rows.subarray(start[user], start[user + 1])
      const order = permutation(own.length, key(seed, 0x5055, user))
      for (let draw = 0; draw < shareOf(params, own.length); draw++) held.push(own[order[draw]!]!)
    }
    return Int32Array.from(held).sort()
  },
})
