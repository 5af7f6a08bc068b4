import type { Sparse } from '../sparse.js'
import type { DenseProduct } from './kernels.js'

/** out [rows, width] = rows · dense [columns, width], each number summed in float64. */
export const sparseProduct = (
  { start, index, values }: Sparse,
  dense: Float32Array,
  width: number,
  out: Float32Array,
): void => {
  const sums = new Float64Array(width)
  for (let row = 0; row + 1 < start.length; row++) {
    sums.fill(0)
    for (let place = start[row]!; place < start[row + 1]!; place++) {
      const weight = values ? values[place]! : 1
      const from = index[place]! * width
      for (let z = 0; z < width; z++) sums[z]! += weight * dense[from + z]!
    }
    out.set(sums, row * width)
  }
}

/** out [lists, columns] += lists · matrix, in the order of the entries of a list. */
export const addSparseProduct = (lists: Sparse, matrix: Sparse, columns: number, out: Float32Array): void => {
  for (let list = 0; list + 1 < lists.start.length; list++) {
    const sums = out.subarray(list * columns, (list + 1) * columns)
    for (let place = lists.start[list]!; place < lists.start[list + 1]!; place++) {
      const weight = lists.values ? lists.values[place]! : 1
      const row = lists.index[place]!
      for (let at = matrix.start[row]!; at < matrix.start[row + 1]!; at++)
        sums[matrix.index[at]!]! += weight * (matrix.values ? matrix.values[at]! : 1)
    }
  }
}

/** C += A · B, each number summed in float64. */
export const addProduct = ({ a, b, c, rows, depth, columns, transposed }: DenseProduct): void => {
  const [aRow, aStep] = transposed === 'a' ? [1, rows] : [depth, 1]
  const [bRow, bColumn] = transposed === 'b' ? [1, depth] : [columns, 1]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = c[row * columns + column]!
      for (let k = 0; k < depth; k++) sum += a[row * aRow + k * aStep]! * b[k * bRow + column * bColumn]!
      c[row * columns + column] = sum
    }
  }
}

/** out [columns, rows] += the first columns of a matrix [rows, …], transposed. */
export const addTransposed = (matrix: Float32Array, rows: number, out: Float32Array): void => {
  const [columns, read] = [matrix.length / rows, out.length / rows]
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < read; column++) out[column * rows + row]! += matrix[row * columns + column]!
}
