import { add, score, setSlope } from './sum'

/** Cosine contrastive loss (Mao et al., CIKM 2021) with a margin and the weight of negatives. */
export function ccl(margin: f64, weight: f64, scores: usize, count: i32, _target: f64, slopes: usize): void {
  const short = 1 - score(scores, 0), each = count > 1 ? weight / <f64>(count - 1) : 0
  add(max<f64>(short, 0))
  setSlope(slopes, 0, short > 0 ? -1 : 0)
  for (let j = 1; j < count; j++) {
    const over = score(scores, j) - margin
    if (over > 0) add(each * over)
    setSlope(slopes, j, over > 0 ? each : 0)
  }
}
