import type { Ranking } from '../../contract/metric.js'

/** Held-out items of one score: `held` of them among `size` candidates at the ranks from `first` on. */
export interface TiedItems {
  readonly first: number
  readonly size: number
  readonly held: number
}

/** The held-out items with a rank, those of one score together, best first. */
export const tiedItems = ({ ranks, tied }: Ranking): readonly TiedItems[] => {
  const found: TiedItems[] = []
  for (let from = 0, to = 0; from < ranks.length; from = to) {
    while (to < ranks.length && ranks[to] === ranks[from]) to++
    found.push({ first: ranks[from]!, size: tied?.[from] ?? 1, held: to - from })
  }
  return found
}

/** Σ `gain(rank)` over held-out items among the first k, as the mean over the orders of tied items. */
export const meanGain = ({ ranks, tied }: Ranking, k: number, gain: (rank: number) => number): number => {
  let sum = 0
  for (let place = 0; place < ranks.length && ranks[place]! < k; place++) {
    const first = ranks[place]!
    const size = tied?.[place] ?? 1
    let own = 0
    for (let rank = first; rank < Math.min(k, first + size); rank++) own += gain(rank)
    sum += own / size
  }
  return sum
}

/** Number of held-out items among the first k, as the mean over the orders of tied items. */
export const meanHits = ({ ranks, tied }: Ranking, k: number): number => {
  let sum = 0
  for (let place = 0; place < ranks.length && ranks[place]! < k; place++) {
    const size = tied?.[place] ?? 1
    sum += Math.min(1, (k - ranks[place]!) / size)
  }
  return sum
}

/** Σ `gain(rank)` · the probability that the best held-out item has this rank, over the ranks below k. */
export const meanGainOfBest = (ranking: Ranking, k: number, gain: (rank: number) => number): number => {
  const [best] = tiedItems(ranking)
  if (!best) return 0
  let [sum, later] = [0, 1]
  for (let place = 0; place <= best.size - best.held && best.first + place < k; place++) {
    const here = (later * best.held) / (best.size - place)
    sum += here * gain(best.first + place)
    later -= here
  }
  return sum
}
