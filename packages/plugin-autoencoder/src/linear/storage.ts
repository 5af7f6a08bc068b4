import type { MatrixArrays } from '@recspec/core'
import { type Kernels, key, matrixKernels, normal } from '@recspec/kernels'
import { sparseArrays } from './formats/sparse.js'
import { orthogonalizer } from './orthogonal.js'

/** What is kept of a dense matrix. */
export interface Storage {
  readonly topK?: number
  readonly rank?: number
}

/** Whether a matrix is kept as it is. */
export const keepsAll = ({ topK, rank }: Storage): boolean => topK === undefined && rank === undefined

/**
 * The arrays of a dense matrix [items, items] that is pruned: a part of low rank, then the largest numbers of each row
 * of what is left. The matrix is overwritten.
 */
export const prunedArrays = async (
  kernels: Kernels,
  dense: Float32Array,
  items: number,
  { topK, rank }: Storage,
): Promise<MatrixArrays> => {
  const matrices = matrixKernels(kernels)
  const low = rank === undefined ? {} : await lowRankArrays(kernels, dense, items, Math.min(rank, items))
  if (low.left && low.right && topK !== undefined) {
    const negative = low.left.map((value) => -value)
    const sizes = { rows: items, depth: low.left.length / items, columns: items, transposed: 'b' } as const
    matrices.addProduct({ a: negative, b: low.right, c: dense, ...sizes })
  }
  return { ...low, ...(topK === undefined ? {} : sparseArrays(matrices.largestOfRows(dense, items, topK))) }
}

const OVERSAMPLING = 16
const POWERS = 3

/**
 * The best part of low rank of a matrix, by block power iterations on random vectors (Halko et al., SIAM Review 2011).
 */
const lowRankArrays = async (
  kernels: Kernels,
  dense: Float32Array,
  items: number,
  rank: number,
): Promise<{ readonly left?: Float32Array; readonly right?: Float32Array }> => {
  const matrices = matrixKernels(kernels)
  const width = Math.min(items, rank + OVERSAMPLING)
  const [x, y] = [matrices.allocate(items * width), matrices.allocate(items * width)]
  const rotation = matrices.allocate(width * width)
  const sizes = { rows: items, depth: items, columns: width }
  /** to ← from · Mᵀ. */
  const rotate = (from: Float32Array, m: Float64Array, to: Float32Array) => {
    rotation.set(m)
    to.fill(0)
    matrices.addProduct({ a: from, b: rotation, c: to, rows: items, depth: width, columns: width, transposed: 'b' })
  }
  const from = key(0x6c6f77)
  for (let at = 0; at < x.length; at++) x[at] = normal(from, at)
  for (let round = 0; ; round++) {
    // y ← orthonormal columns of B x
    y.fill(0)
    matrices.addProduct({ a: dense, b: x, c: y, ...sizes })
    rotate(y, orthogonalizer(await kernels.gram(y, width), width), x)
    y.set(x)
    // x ← Bᵀ y, orthonormal but in the last round
    x.fill(0)
    matrices.addProduct({ a: dense, b: y, c: x, ...sizes, transposed: 'a' })
    if (round === POWERS) break
    const product = matrices.allocate(items * width)
    rotate(x, orthogonalizer(await kernels.gram(x, width), width), product)
    x.set(product)
    matrices.free(product)
  }
  // B ≈ y xᵀ; its singular vectors are those of x, whose Gram matrix is small
  const { vectors } = matrices.eigen(await kernels.gram(x, width), width)
  const first = (thin: Float32Array): Float32Array => {
    const product = matrices.allocate(items * width)
    rotate(thin, vectors, product)
    const kept = new Float32Array(items * rank)
    for (let item = 0; item < items; item++) kept.set(product.subarray(item * width, item * width + rank), item * rank)
    matrices.free(product)
    return kept
  }
  const arrays = { left: first(y), right: first(x) }
  for (const array of [x, y, rotation]) matrices.free(array)
  return arrays
}
