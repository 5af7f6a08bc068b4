import { lowerBound, type Sparse } from '@recspec/kernels'

/** The most cells of a matrix kept as a bit set: 8 MiB. */
const most = 2 ** 26

/** Whether a cell is stored in a matrix whose rows are sorted by column; an unknown row (−1) has no entries. */
export const observed = (matrix: Sparse, columns: number): ((row: number, column: number) => boolean) =>
  (matrix.start.length - 1) * columns <= most ? bits(matrix, columns) : search(matrix)

const bits = ({ start, index }: Sparse, columns: number): ((row: number, column: number) => boolean) => {
  const words = new Int32Array(((start.length - 1) * columns + 31) >>> 5)
  for (let row = 0; row + 1 < start.length; row++)
    for (let place = start[row]!; place < start[row + 1]!; place++) {
      const cell = row * columns + index[place]!
      words[cell >>> 5]! |= 1 << (cell & 31)
    }
  return (row, column) => {
    if (row < 0) return false
    const cell = row * columns + column
    return ((words[cell >>> 5]! >>> (cell & 31)) & 1) === 1
  }
}

const search =
  ({ start, index }: Sparse): ((row: number, column: number) => boolean) =>
  (row, column) => {
    if (row < 0) return false
    const end = start[row + 1]!
    const place = lowerBound(index, column, start[row]!, end)
    return place < end && index[place] === column
  }
