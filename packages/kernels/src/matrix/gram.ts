import type { Sparse } from '../sparse.js'
import type { BothSides } from './kernels.js'

/** Row `column` of XᵀX in float64. */
const gramRow = ({ byRow, byColumn }: BothSides, column: number): Float64Array => {
  const sums = new Float64Array(byColumn.start.length - 1)
  for (let place = byColumn.start[column]!; place < byColumn.start[column + 1]!; place++) {
    const row = byColumn.index[place]!
    const weight = byColumn.values ? byColumn.values[place]! : 1
    for (let at = byRow.start[row]!; at < byRow.start[row + 1]!; at++)
      sums[byRow.index[at]!]! += weight * (byRow.values ? byRow.values[at]! : 1)
  }
  return sums
}

/** Rows `from` … `to` − 1 of the lower triangle of XᵀX, into out [columns, columns]. */
export const gramRows = (matrix: BothSides, from: number, to: number, out: Float32Array): void => {
  const columns = matrix.byColumn.start.length - 1
  for (let row = from; row < to; row++) out.set(gramRow(matrix, row).subarray(0, row + 1), row * columns)
}

/** Sparse rows of the `most` numbers of each row that are largest by size; of equal ones those that come first. */
const keep = (rows: number, most: number, row: (row: number) => Float32Array) => {
  const start = new Int32Array(rows + 1)
  const index: number[] = []
  const values: number[] = []
  for (let at = 0; at < rows; at++) {
    const own = row(at)
    const found = Array.from(own.keys()).filter((column) => own[column] !== 0)
    const kept = found.sort((a, b) => Math.abs(own[b]!) - Math.abs(own[a]!) || a - b).slice(0, most)
    for (const column of kept.sort((a, b) => a - b)) {
      index.push(column)
      values.push(own[column]!)
    }
    start[at + 1] = index.length
  }
  return { start, index: Int32Array.from(index), values: Float32Array.from(values) }
}

/** XᵀX as sparse rows. */
export const sparseGram = (matrix: BothSides, most = Infinity): Sparse & { readonly values: Float32Array } =>
  keep(matrix.byColumn.start.length - 1, most, (row) => Float32Array.from(gramRow(matrix, row)))

/** The largest numbers of each row of a dense matrix, by size. */
export const largestOfRows = (
  matrix: Float32Array,
  columns: number,
  most: number,
): Sparse & { readonly values: Float32Array } =>
  keep(matrix.length / columns, most, (row) => matrix.subarray(row * columns, (row + 1) * columns))
