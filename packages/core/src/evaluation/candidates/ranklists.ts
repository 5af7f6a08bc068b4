import type { RankingTask } from '../../contract/candidates.js'
import type { Ranking } from '../../contract/metric.js'

// Pairs scored at a time.
const batch = 2 ** 18

/** Ranks every held-out cell among a list of its own: one ranking per cell. `list` fills in the candidates of a cell. */
export async function* rankLists(
  question: RankingTask,
  list: (cell: number) => Iterable<number>,
): AsyncGenerator<Ranking, void, undefined> {
  const { user, item, scorer } = question
  let users: number[] = []
  let items: number[] = []
  // First pair of each cell; the held-out item comes first.
  let starts: number[] = []
  for (let cell = 0; cell < user.length; cell++) {
    starts.push(users.length)
    const target = item[cell]!
    users.push(user[cell]!)
    items.push(target)
    for (const candidate of list(cell)) {
      if (candidate === target && target >= 0) continue
      users.push(user[cell]!)
      items.push(candidate)
    }
    if (users.length < batch && cell + 1 < user.length) continue
    const scores = await scorer.scorePairs(Int32Array.from(users), Int32Array.from(items))
    starts.push(users.length)
    const first = cell + 2 - starts.length
    for (let place = 0; place + 1 < starts.length; place++) {
      const weight = question.weight?.[first + place] ?? 1
      const own = scores.subarray(starts[place], starts[place + 1])
      const ranks = items[starts[place]!]! < 0 ? [] : [rankFirst(own)]
      yield { ranks, held: 1, candidates: own.length - 1, weights: [weight] }
    }
    users = []
    items = []
    starts = []
  }
}

/** How many of the others are not below the first; a first that is no number is below all. */
const rankFirst = (scores: Float32Array): number => {
  let rank = 0
  for (let other = 1; other < scores.length; other++) {
    if (scores[other]! >= scores[0]! || Number.isNaN(scores[0]!)) rank++
  }
  return rank
}
