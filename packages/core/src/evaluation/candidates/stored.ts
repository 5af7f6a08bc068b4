import { candidateSet, type RankingTask } from '../../contract/candidates.js'
import { Type } from '../../contract/type.js'
import type { Candidates } from '../../dataset/dataset.js'
import { rankLists } from './ranklists.js'

/** Index of the stored list of each cell: its own index where the pairs agree, else the first list of its pair. */
const found = ({ user, item, training }: RankingTask, stored: Candidates): Int32Array => {
  const pair = (users: Int32Array, list: Int32Array, place: number) =>
    (users[place]! + 1) * (training.items.ids.count + 1) + list[place]! + 1
  const places = new Map<number, number>()
  for (let place = stored.user.length - 1; place >= 0; place--) places.set(pair(stored.user, stored.item, place), place)
  const lists = user.map((_, cell) =>
    stored.user[cell] === user[cell] && stored.item[cell] === item[cell]
      ? cell
      : (places.get(pair(user, item, cell)) ?? -1),
  )
  const missing = lists.filter((place) => place < 0).length
  if (missing > 0) throw new Error(`no stored candidates for ${missing} of ${user.length} test rows`)
  return lists
}

/** The candidate lists of the data. */
export const stored = candidateSet({
  summary: 'the candidate lists of the data',
  params: Type.Object({}, { additionalProperties: false }),
  protocol: (_, { candidates }) => {
    if (!candidates) throw new Error('candidates "stored" need candidate lists in the data')
    const lengths = new Set(candidates.user.map((_, place) => candidates.start[place + 1]! - candidates.start[place]!))
    return lengths.size === 1 ? `stored-${[...lengths][0]}` : 'stored'
  },
  rank: (_, task) => {
    const lists = task.training.candidates!
    const places = found(task, lists)
    return rankLists(task, (cell) => lists.lists.subarray(lists.start[places[cell]!], lists.start[places[cell]! + 1]))
  },
})
