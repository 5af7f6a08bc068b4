import { add, decay, score, setSlope } from './sum'

/** The loss where `together` is the log of the mean of e^(s / temperature) over the positives that count together. */
// @ts-ignore: decorator
@inline
export function againstNegatives(
  temperature: f64, weight: f64, scores: usize, count: i32, together: f64, slopes: usize,
): void {
  const factor = 1 / temperature
  add(-together)
  setSlope(slopes, 0, -Math.exp(score(scores, 0) * factor - together) * factor)
  if (count < 2) return
  let most = score(scores, 1)
  for (let j = 2; j < count; j++) most = max(most, score(scores, j))
  let sum: f64 = 0
  for (let j = 1; j < count; j++) {
    const power = decay((most - score(scores, j)) * factor)
    sum += power
    setSlope(slopes, j, power)
  }
  add(weight * (Math.log(sum) + most * factor))
  const share = weight * factor / sum
  for (let j = 1; j < count; j++) setSlope(slopes, j, score(slopes, j) * share)
}

/**
 * Bilateral softmax of one positive (Wu et al., ICDE 2024): weight · ln Σ e^(s / temperature) over the negatives, minus
 * s / temperature of the positive.
 */
export function bilateral(
  temperature: f64, weight: f64, scores: usize, count: i32, _target: f64, slopes: usize,
): void {
  againstNegatives(temperature, weight, scores, count, score(scores, 0) / temperature, slopes)
}
