import { add, addLogarithm, decay, score, setSlope } from './sum'

/** Σ −ln σ(s − s′) over negatives (Rendle et al., UAI 2009). */
export function bpr(_first: f64, _second: f64, scores: usize, count: i32, _target: f64, slopes: usize): void {
  const own = score(scores, 0)
  let slope: f64 = 0
  for (let j = 1; j < count; j++) {
    const gap = score(scores, j) - own, q = decay(abs(gap))
    add(max<f64>(gap, 0))
    addLogarithm(1 + q)
    const e = (gap >= 0 ? 1 : q) / (1 + q)
    slope -= e
    setSlope(slopes, j, e)
  }
  setSlope(slopes, 0, slope)
}
