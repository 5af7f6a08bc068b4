/** First of `count` ascending running sums above `aim`; the last one if there is none. */
export function bisect(sums: usize, count: i32, aim: f64): i32 {
  let low = 0
  for (let high = count - 1; low < high; ) {
    const middle = (low + high) >> 1
    if (load<f64>(sums + (<usize>middle << 3)) > aim) high = middle
    else low = middle + 1
  }
  return low
}
