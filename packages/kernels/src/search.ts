/** The place of the first number of an ascending list, between two places of it, that is not below a value; `to` where all are. */
export const lowerBound = (list: ArrayLike<number>, value: number, from = 0, to = list.length): number => {
  let low = from
  for (let high = to; low < high; ) {
    const middle = (low + high) >>> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The place of the first running sum above `aim`; the last place if none is. */
export const bisect = (sums: Float64Array, aim: number): number => {
  let low = 0
  for (let high = sums.length - 1; low < high; ) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > aim) high = middle
    else low = middle + 1
  }
  return low
}
