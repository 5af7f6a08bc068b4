import { add, addLogarithm, decay, score, setSlope } from './sum'

/** Binary cross-entropy of logits; the target of a negative is 0. */
export function logistic(_first: f64, _second: f64, scores: usize, count: i32, target: f64, slopes: usize): void {
  for (let j = 0; j < count; j++) {
    const s = score(scores, j), q = decay(abs(s)), label: f64 = j == 0 ? target : 0
    add(max<f64>(s, 0) - label * s)
    addLogarithm(1 + q)
    setSlope(slopes, j, (s >= 0 ? 1 : q) / (1 + q) - label)
  }
}
