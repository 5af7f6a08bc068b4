/** The place of the first of `count` running sums above `aim`; the last place if none is. */
export function bisect(sums: usize, count: i32, aim: f64): i32 {
  let low = 0
  for (let high = count - 1; low < high; ) {
    const middle = (low + high) >> 1
    if (load<f64>(sums + (<usize>middle << 3)) > aim) high = middle
    else low = middle + 1
  }
  return low
}
