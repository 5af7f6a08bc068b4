import { add, decay, score, setSlope } from './sum'

/** Softmax cross-entropy of the first score, with a temperature. */
export function softmax(temperature: f64, _second: f64, scores: usize, count: i32, _target: f64, slopes: usize): void {
  const factor = 1 / temperature
  let most = score(scores, 0)
  for (let j = 1; j < count; j++) most = max(most, score(scores, j))
  let sum: f64 = 0
  for (let j = 0; j < count; j++) sum += decay((most - score(scores, j)) * factor)
  add(Math.log(sum) + (most - score(scores, 0)) * factor)
  for (let j = 0; j < count; j++) {
    setSlope(slopes, j, (decay((most - score(scores, j)) * factor) / sum - (j == 0 ? 1 : 0)) * factor)
  }
}
