import type { Sparse } from '@recspec/kernels'

/** Whether a cell is among the entries of a matrix whose rows ascend; an unknown row (−1) has none. */
export const observed = ({ start, index }: Sparse): ((row: number, column: number) => boolean) => {
  return (row, column) => {
    if (row < 0) return false
    let low = start[row]!
    let high = start[row + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (index[middle]! < column) low = middle + 1
      else high = middle
    }
    return low < start[row + 1]! && index[low] === column
  }
}
