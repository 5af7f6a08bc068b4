import { add, score, setSlope } from './sum'

/** Absolute error |s − t|; the target of a negative is 0. */
export function absolute(_first: f64, _second: f64, scores: usize, count: i32, target: f64, slopes: usize): void {
  for (let j = 0; j < count; j++) {
    const off = score(scores, j) - (j == 0 ? target : 0)
    add(abs(off))
    setSlope(slopes, j, off > 0 ? 1 : off < 0 ? -1 : off)
  }
}
