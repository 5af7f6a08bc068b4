/** The newest `count` rows by (time, row), ascending; rows without a time are the oldest. */
export const newestRows = (times: Float64Array, count: number): Int32Array => {
  const time = times.map((value) => (Number.isNaN(value) ? -Infinity : value))
  const newest = new Int32Array(count)
  if (count === 0) return newest
  // all rows newer than the threshold, and the last of the rows at the threshold
  const threshold = time.slice().sort()[time.length - count]!
  let spare = count
  for (const value of time) if (value > threshold) spare--
  for (let row = time.length - 1, place = count - 1; place >= 0; row--) {
    if (time[row]! > threshold || (time[row] === threshold && spare-- > 0)) newest[place--] = row
  }
  return newest
}
