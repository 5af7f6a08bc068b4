/** Ranks of values from 1, equal values share their mean rank; and the sizes of the groups of equal values. */
export interface MeanRanks {
  readonly ranks: Float64Array
  readonly groups: readonly number[]
}

/** Ranks values in ascending order. */
export const meanRanks = (values: Float64Array): MeanRanks => {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  const groups: number[] = []
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    // the mean of ranks start + 1 … end
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + 1 + end) / 2
    groups.push(end - start)
    start = end
  }
  return { ranks, groups }
}
