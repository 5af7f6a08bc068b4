/** First index in [from, to) with list[i] >= value in an ascending list; `to` if there is none. */
export const lowerBound = (list: ArrayLike<number>, value: number, from = 0, to = list.length): number => {
  let low = from
  for (let high = to; low < high; ) {
    const middle = (low + high) >>> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** First index with sums[i] > aim in ascending running sums; the last index if there is none. */
export const bisect = (sums: Float64Array, aim: number): number => {
  let low = 0
  for (let high = sums.length - 1; low < high; ) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > aim) high = middle
    else low = middle + 1
  }
  return low
}
