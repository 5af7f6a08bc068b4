import type { PredictiveDistribution } from '../contract/metric.js'

const ROOT = Math.sqrt(Math.PI / 2)

/**
 * Cumulative distribution of the standard normal: ½ + φ(x) · Σ x²ᵏ⁺¹ / (1·3·…·(2k+1)). All terms have one sign, so no
 * digits cancel.
 */
export const normalCumulative = (x: number): number => {
  if (Math.abs(x) > 9) return x < 0 ? 0 : 1
  let sum = x
  let term = x
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / (2 * ROOT)
}

/** The cumulative distribution of a row at `value`. */
export const cumulative = ({ means, deviations }: PredictiveDistribution, row: number, value: number): number => {
  const { length } = deviations
  let sum = 0
  for (let sample = 0; sample < length; sample++)
    sum += normalCumulative((value - means[row * length + sample]!) / deviations[sample]!)
  return sum / length
}

/** The log density of a row at `value`. */
export const logDensity = ({ means, deviations }: PredictiveDistribution, row: number, value: number): number => {
  const { length } = deviations
  const terms = Array.from({ length }, (_, sample) => {
    const deviation = deviations[sample]!
    return -(((value - means[row * length + sample]!) / deviation) ** 2) / 2 - Math.log(deviation)
  })
  const largest = terms.reduce((most, term) => Math.max(most, term), -Infinity)
  const sum = terms.reduce((total, term) => total + Math.exp(term - largest), 0)
  return largest + Math.log(sum / length) - Math.log(2 * ROOT)
}
