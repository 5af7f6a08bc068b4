import type { FusedLoss, ListLoss, LossParameters } from './loss.js'

/** The loss where `together` is the log of the mean of e^(s / temperature) over the positives that count together. */
export const againstNegatives = (
  [temperature, weight]: LossParameters,
  scores: ArrayLike<number>,
  count: number,
  together: number,
  slopes: Float64Array,
): number => {
  slopes[0] = -Math.exp(scores[0]! / temperature - together) / temperature
  if (count < 2) return -together
  let most = Number.NEGATIVE_INFINITY
  for (let j = 1; j < count; j++) most = Math.max(most, scores[j]! / temperature)
  let total = 0
  for (let j = 1; j < count; j++) {
    slopes[j] = Math.exp(scores[j]! / temperature - most)
    total += slopes[j]!
  }
  for (let j = 1; j < count; j++) slopes[j]! *= weight / (total * temperature)
  return weight * (Math.log(total) + most) - together
}

const reference: ListLoss = (parameters, scores, count, _, slopes) =>
  againstNegatives(parameters, scores, count, scores[0]! / parameters[0], slopes)

/**
 * Bilateral softmax (Wu et al., ICDE 2024): weight · ln Σ e^(s / temperature) over the negatives, minus s / temperature
 * of the positive.
 */
export const bilateral = (temperature: number, weight: number): FusedLoss => ({
  name: 'bilateral',
  parameters: [temperature, weight],
  reference,
})
