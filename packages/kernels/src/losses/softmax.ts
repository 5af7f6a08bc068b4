import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = ([temperature], scores, count, _, slopes) => {
  let most = Number.NEGATIVE_INFINITY
  for (let j = 0; j < count; j++) most = Math.max(most, scores[j]! / temperature)
  let total = 0
  for (let j = 0; j < count; j++) {
    slopes[j] = Math.exp(scores[j]! / temperature - most)
    total += slopes[j]!
  }
  for (let j = 0; j < count; j++) slopes[j] = (slopes[j]! / total - (j === 0 ? 1 : 0)) / temperature
  return Math.log(total) + most - scores[0]! / temperature
}

/** Softmax cross-entropy: −ln of the positive's share of Σ e^(s / temperature). */
export const softmax = (temperature: number): FusedLoss => ({
  name: 'softmax',
  parameters: [temperature, 0],
  reference,
})
