import type { MatrixArrays, MatrixContext } from '@recspec/core'
import { matrixKernels, type Sparse } from '@recspec/kernels'
import { checkSparse, floats, heldSparse, integers } from './arrays.js'
import type { Part } from './part.js'

/** The arrays of sparse rows: `start` [items + 1], `index` and `values`. */
export const sparseArrays = ({ start, index, values }: Sparse): MatrixArrays => ({
  ...{ start, index },
  values: values ?? new Float32Array(index.length).fill(1),
})

/** Sparse rows, in the arrays `start`, `index` and `values`. */
export const openSparse = (arrays: MatrixArrays, { items, kernels }: MatrixContext): Part | undefined => {
  const [start, index] = [integers(arrays, 'start'), integers(arrays, 'index')]
  const values = floats(arrays, 'values')
  if (!start && !index && !values) return undefined
  if (!start || !index || !values) throw new Error('needs "start", "index" and "values" together')
  if (start.length !== items + 1) throw new Error(`needs ${items + 1} starts of rows, got ${start.length}`)
  checkSparse({ start, index, values }, items, 'index')
  const matrix = heldSparse(kernels, { start, index, values })
  return { add: (lists, out) => matrixKernels(kernels).addSparseProduct(lists, matrix, items, out) }
}
