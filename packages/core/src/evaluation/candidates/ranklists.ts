import type { RankingTask } from '../../contract/candidates.js'
import type { Ranking } from '../../contract/metric.js'

// pairs scored at a time
const batch = 2 ** 18

/** Ranks every held-out cell among its own list of candidates, `list(cell)`: one ranking per cell. */
export async function* rankLists(
  task: RankingTask,
  list: (cell: number) => Iterable<number>,
): AsyncGenerator<Ranking, void, undefined> {
  const { user, item, scorer } = task
  let users: number[] = []
  let items: number[] = []
  // first pair of each cell, that of the held-out item
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
      const weight = task.weight?.[first + place] ?? 1
      const own = scores.subarray(starts[place], starts[place + 1])
      const found = items[starts[place]!]! < 0 ? { ranks: [], tied: [] } : rankFirst(own)
      yield { ...found, held: 1, candidates: own.length - 1, weights: [weight], cells: [first + place] }
    }
    users = []
    items = []
    starts = []
  }
}

/** Rank of the first score, and how many scores equal it; NaN ranks last, tied with nothing. */
const rankFirst = (scores: Float32Array): Pick<Ranking, 'ranks' | 'tied'> => {
  const own = scores[0]!
  if (Number.isNaN(own)) return { ranks: [scores.length - 1], tied: [1] }
  let [above, tied] = [0, 1]
  for (let other = 1; other < scores.length; other++) {
    if (scores[other]! > own) above++
    else if (scores[other]! === own) tied++
  }
  return { ranks: [above], tied: [tied] }
}
