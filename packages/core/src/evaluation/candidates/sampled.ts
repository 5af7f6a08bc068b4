import { below, key, permutation } from '@recspec/kernels'
import { candidateSet, type RankingTask, seenBy } from '../../contract/candidates.js'
import { Type } from '../../contract/type.js'
import { grouped } from '../../dataset/group.js'
import { rankLists } from './ranklists.js'

/**
 * `count` distinct items for each cell that its user has neither in training nor held out; all such items where fewer.
 */
const drawn = (task: RankingTask, count: number): ((cell: number) => Int32Array) => {
  const { user, item, training, seed } = task
  const items = training.items.ids.count
  const held = grouped(user, training.users.ids.count)
  // taken[item] === stamp: the item cannot be drawn for this cell
  const taken = new Int32Array(items)
  let stamp = 0
  return (cell) => {
    stamp++
    let left = items
    const take = (one: number): boolean => {
      if (one < 0 || taken[one] === stamp) return false
      taken[one] = stamp
      left--
      return true
    }
    const owner = user[cell]!
    take(item[cell]!)
    for (const one of seenBy(task, owner)) take(one)
    if (owner >= 0) {
      for (let place = held.start[owner]!; place < held.start[owner + 1]!; place++) take(item[held.rows[place]!]!)
    }
    const draws = key(seed, 0x534d, cell)
    if (left <= 2 * count) {
      // few free items: rejection sampling would take long
      const free = Int32Array.from({ length: items }, (_, one) => one).filter((one) => taken[one] !== stamp)
      return permutation(free.length, draws)
        .subarray(0, count)
        .map((place) => free[place]!)
    }
    const list = new Int32Array(count)
    for (let place = 0, draw = 0; place < count; draw++) {
      const one = below(items, draws, draw)
      if (take(one)) list[place++] = one
    }
    return list
  }
}

/** Random items that the user has neither in training nor held out, drawn anew for each held-out cell. */
export const sampled = candidateSet({
  summary: 'random items that the user has neither in training nor held out',
  params: Type.Object(
    {
      count: Type.Integer({
        default: 99,
        minimum: 1,
        maximum: 1_000_000,
        description: 'candidates drawn per held-out item',
      }),
    },
    { additionalProperties: false },
  ),
  protocol: ({ count }) => `sampled-${count}`,
  rank: ({ count }, task) => rankLists(task, drawn(task, Number(count))),
})
