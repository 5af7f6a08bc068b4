import { add, addLogarithm, decay, score, setSlope } from './sum'

export function bpr(scores: usize, count: i32, slopes: usize): void {
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
