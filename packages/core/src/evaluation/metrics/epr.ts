import { metric, type Ranking } from '../../contract/metric.js'

const weightOf = ({ weights }: Ranking, place: number): number => weights?.[place] ?? 1

const total = (ranking: Ranking): number => {
  let sum = 0
  for (let place = 0; place < ranking.held; place++) sum += weightOf(ranking, place)
  return sum
}

/** The mean rank over the orders of tied items; the worst where the item has none. */
const meanRank = ({ ranks, tied, candidates }: Ranking, place: number): number =>
  place < ranks.length ? ranks[place]! + ((tied?.[place] ?? 1) - 1) / 2 : candidates

/**
 * Expected percentile rank, Σ r · rank / Σ r over held-out cells, with r their target: 0 first, 1 last, about ½ at
 * random (Hu et al., ICDM 2008). `per-user` is the mean over users of the same.
 */
export const epr = metric({
  summary: 'expected percentile rank of held-out items, weighted by their target; 0 is first (Hu et al., ICDM 2008)',
  of: 'rankings',
  better: 'lower',
  k: 'none',
  variants: ['per-user'],
  ranking: (ranking) => {
    let sum = 0
    for (let place = 0; place < ranking.held; place++) {
      const rank = meanRank(ranking, place)
      sum += weightOf(ranking, place) * (ranking.candidates > 0 ? rank / ranking.candidates : 0)
    }
    return sum / total(ranking)
  },
  weight: (ranking, variant) => (variant === 'per-user' ? Number(total(ranking) > 0) : total(ranking)),
})
