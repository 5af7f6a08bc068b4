/** Copies the sizes of the numbers of a row that are not 0 to `sizes`, as bits that order like them; their count. */
function sizesOf(row: usize, columns: i32, sizes: usize): i32 {
  let count = 0
  const end = row + (<usize>columns << 2)
  for (let at = row; at < end; at += 4) {
    const bits = load<u32>(at) & 0x7fffffff
    if (bits == 0) continue
    store<u32>(sizes + (<usize>count << 2), bits)
    count++
  }
  return count
}

/** How many of `count` sizes are at least `least`. */
function atLeast(sizes: usize, count: i32, least: u32): i32 {
  const bound = i32x4.splat(<i32>least - 1)
  let sums = i32x4.splat(0), k = 0
  if (count >= 4) do {
    // true is −1
    sums = i32x4.sub(sums, i32x4.gt_s(v128.load(sizes + (<usize>k << 2)), bound))
    k += 4
  } while (k + 4 <= count)
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1)
  sum += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
  for (; k < count; k++) if (load<u32>(sizes + (<usize>k << 2)) >= least) sum++
  return sum
}

/**
 * Writes the indices and values of the `most` numbers of a row that are largest by size, ascending by index; of equal
 * ones those that come first. Returns how many: fewer where others are 0. `sizes` has space for the row; `index` 0:
 * only counts.
 */
export function keepLargest(row: usize, columns: i32, most: i32, sizes: usize, index: usize, values: usize): i32 {
  const count = sizesOf(row, columns, sizes)
  if (index == 0) return min(count, most)
  let least: u32 = 1, ties = columns
  if (count > most) {
    // the largest bound that `most` sizes reach
    let high: u32 = 0x7fffffff
    while (least < high) {
      const middle = least + (high - least + 1) / 2
      if (atLeast(sizes, count, middle) >= most) least = middle
      else high = middle - 1
    }
    ties = most - atLeast(sizes, count, least + 1)
  }
  let kept = 0
  for (let column = 0; column < columns; column++) {
    const bits = load<u32>(row + (<usize>column << 2)) & 0x7fffffff
    if (bits < least) continue
    if (bits == least && count > most && ties-- <= 0) continue
    store<i32>(index + (<usize>kept << 2), column)
    store<f32>(values + (<usize>kept << 2), load<f32>(row + (<usize>column << 2)))
    kept++
  }
  return kept
}
