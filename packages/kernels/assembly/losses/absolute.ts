import { add, score, setSlope } from './sum'

export function absolute(scores: usize, count: i32, target: f64, slopes: usize): void {
  for (let j = 0; j < count; j++) {
    const off = score(scores, j) - (j == 0 ? target : 0)
    add(abs(off))
    setSlope(slopes, j, off > 0 ? 1 : off < 0 ? -1 : off)
  }
}
