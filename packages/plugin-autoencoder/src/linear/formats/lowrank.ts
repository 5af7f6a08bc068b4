import type { MatrixArrays, MatrixContext } from '@recspec/core'
import { matrixKernels, type Sparse } from '@recspec/kernels'
import { floats, held } from './arrays.js'

/** left · rightᵀ, both [items, rank]. */
export interface LowRank {
  /** out [items, lanes] += the transposed scores of at most `lanes` lists. */
  addTransposed(lists: Sparse, lanes: number, out: Float32Array): void
}

/** A product of two thin matrices, in the arrays `left` and `right` [items, rank]. */
export const openLowRank = (arrays: MatrixArrays, { items, kernels }: MatrixContext): LowRank | undefined => {
  const [first, second] = [floats(arrays, 'left'), floats(arrays, 'right')]
  if (!first && !second) return undefined
  if (!first || !second) throw new Error('needs "left" and "right" together')
  const rank = first.length / items
  if (!Number.isInteger(rank) || second.length !== first.length)
    throw new Error(`needs ${items} rows in "left" and "right", got ${first.length} and ${second.length} numbers`)
  const [left, right] = [held(kernels, first), held(kernels, second)]
  const matrices = matrixKernels(kernels)
  return {
    addTransposed(lists, lanes, out) {
      const projected = matrices.allocate(lanes * rank)
      projected.fill(0)
      matrices.sparseProduct(lists, left, rank, projected.subarray(0, (lists.start.length - 1) * rank))
      const sizes = { rows: items, depth: rank, columns: lanes, transposed: 'b' } as const
      matrices.addProduct({ a: right, b: projected, c: out, ...sizes })
      matrices.free(projected)
    },
  }
}
