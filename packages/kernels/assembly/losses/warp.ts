import { add, score, setSlope } from './sum'

/** The harmonic number 1 + 1/2 + … + 1/k, as in the reference. */
function harmonic(k: i32): f64 {
  if (k < 32) {
    let sum: f64 = 0
    for (let n = k; n > 0; n--) sum += 1 / <f64>n
    return sum
  }
  const x = <f64>k, square = 1 / (x * x)
  return Math.log(x) + 0.5772156649015329 + 1 / (2 * x) - square / 12 + (square * square) / 120
}

/** WARP (Weston et al., IJCAI 2011): only the first negative that violates the margin counts. */
export function warp(margin: f64, others: f64, scores: usize, count: i32, _target: f64, slopes: usize): void {
  for (let j = 0; j < count; j++) setSlope(slopes, j, 0)
  for (let n = 1; n < count; n++) {
    const over = margin - score(scores, 0) + score(scores, n)
    if (!(over > 0)) continue
    const weight = harmonic(<i32>(others / <f64>n))
    add(weight * over)
    setSlope(slopes, 0, -weight)
    setSlope(slopes, n, weight)
    return
  }
}
