import { meanGain, meanGainOfBest, metric } from '@recspec/core'

/** Mean of 1 − rank / k over held-out items, 0 from rank k on. */
export const gain = metric({
  summary: 'gain that falls linearly from the first place to the k-th',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: ['best'],
  ranking: (ranking, k, variant) => {
    const linear = (rank: number) => 1 - rank / k
    return variant === 'best' ? meanGainOfBest(ranking, k, linear) : meanGain(ranking, k, linear) / ranking.held
  },
  weight: ({ held }) => Number(held > 0),
})

/** Mean of prediction − actual: above 0 where a model predicts too much. */
export const excess = metric({
  summary: 'by how much predictions are too high on average',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  predictions: ({ predicted, actual }) => {
    let sum = 0
    for (let row = 0; row < predicted.length; row++) sum += predicted[row]! - actual[row]!
    return sum / predicted.length
  },
})
