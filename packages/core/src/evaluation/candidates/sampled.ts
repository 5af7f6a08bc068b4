import { below, key, permutation } from '@recspec/kernels'
import Type from 'typebox'
import { type CandidateSet, type RankingTask, seenBy } from '../../contract/candidates.js'
import { grouped } from '../../dataset/group.js'
import { rankLists } from './ranklists.js'

/** For each cell `count` distinct items that its user has neither in training nor held out; all there are where they are fewer. */
const drawn = (question: RankingTask, count: number): ((cell: number) => Int32Array) => {
  const { user, item, training, seed } = question
  const items = training.items.ids.count
  const held = grouped(user, training.users.ids.count)
  // taken[item] === stamp: not to be drawn for this cell.
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
    const person = user[cell]!
    take(item[cell]!)
    for (const one of seenBy(question, person)) take(one)
    if (person >= 0) {
      for (let place = held.start[person]!; place < held.start[person + 1]!; place++) take(item[held.rows[place]!]!)
    }
    const draws = key(seed, 0x534d, cell)
    if (left <= 2 * count) {
      // Drawing again until something is free would take long.
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

/** Some random items that the user has neither in training nor held out, drawn for each held-out cell. */
export const sampled: CandidateSet = {
  summary: 'random items that the user has neither in training nor held out',
  params: Type.Object(
    {
      count: Type.Integer({
        default: 99,
        minimum: 1,
        maximum: 1_000_000,
        description: 'items drawn per held-out item',
      }),
    },
    { additionalProperties: false },
  ),
  protocol: ({ count }) => `sampled-${count}`,
  rank: ({ count }, question) => rankLists(question, drawn(question, Number(count))),
}
