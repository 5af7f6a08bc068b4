import type { Kernels } from '../kernels.js'
import type { Sparse } from '../sparse.js'

/** A dense product C += A · B. */
export interface DenseProduct {
  /** [rows, depth], or [depth, rows] where `transposed` says so. */
  readonly a: Float32Array
  /** [depth, columns], or [columns, depth] where `transposed` says so. */
  readonly b: Float32Array
  /** [rows, columns]. */
  readonly c: Float32Array
  readonly rows: number
  readonly depth: number
  readonly columns: number
  readonly transposed?: 'a' | 'b'
}

/** A sparse matrix by its rows and by its columns. */
export interface BothSides {
  readonly byRow: Sparse
  readonly byColumn: Sparse
}

/**
 * The problem ‖x − X w‖² + Σ ridge[j] w[j]² + l1 Σ |w[j]| for each column x of X, where w is 0 at x itself.
 */
export interface ElasticNet {
  /** XᵀX as sparse rows. */
  readonly gram: Sparse & { readonly values: Float32Array }
  /** Its diagonal. */
  readonly diagonal: Float32Array
  readonly ridge: Float32Array
  readonly l1: number
  readonly nonNegative: boolean
  /** A pass ends the descent when no weight moves by more. */
  readonly tolerance: number
  /** Passes over the active weights at most. */
  readonly sweeps: number
}

/**
 * Kernels on whole matrices, sparse and dense, that return when the work is done: all threads share its tasks. Arrays
 * outside the kernels' memory are copied. Sums have a fixed order, so results do not depend on the number of threads.
 */
export interface MatrixKernels {
  /** A temporary array in the kernels' memory with unspecified contents, until it is freed. */
  allocate(length: number): Float32Array
  allocateIntegers(length: number): Int32Array
  free(array: Float32Array | Int32Array): void
  /** out [rows, width] = rows · dense [columns, width]. */
  sparseProduct(rows: Sparse, dense: Float32Array, width: number, out: Float32Array): void
  /** out [lists, columns] += lists · matrix, for a sparse matrix with that many columns. */
  addSparseProduct(lists: Sparse, matrix: Sparse, columns: number, out: Float32Array): void
  addProduct(product: DenseProduct): void
  /** out [columns, rows] += the first columns of a matrix [rows, …], transposed; `out` says how many. */
  addTransposed(matrix: Float32Array, rows: number, out: Float32Array): void
  /**
   * Rows `from` … `to` − 1 of the lower triangle of XᵀX, into out [columns, columns]; numbers above the diagonal stay.
   */
  gramRows(matrix: BothSides, from: number, to: number, out: Float32Array): void
  /**
   * XᵀX as sparse rows in arrays that `free` takes; of each row the `most` numbers that are largest by size are kept,
   * of equal ones those that come first.
   */
  sparseGram(matrix: BothSides, most?: number): Sparse & { readonly values: Float32Array }
  /** The same of a dense matrix with that many columns. */
  largestOfRows(matrix: Float32Array, columns: number, most: number): Sparse & { readonly values: Float32Array }
  /**
   * Sweeps block `block` of `sweepBlocks(size)` of a symmetric positive definite matrix [size, size], of which only the
   * lower triangle is read and written (Beaton, 1964). After every block was swept, in order, it is the negative of the
   * inverse. Returns false, and changes nothing, where the block is not positive definite in float32.
   */
  sweepBlock(matrix: Float32Array, size: number, block: number): boolean
  /** A symmetric matrix, of which the lower triangle is read, with column j times scale[j]: all of it, in place. */
  scaleSymmetric(matrix: Float32Array, scale: Float32Array): void
  /**
   * Columns `from` … of sparse weights with an empty diagonal by coordinate descent, into out [columns, items], zeroed;
   * returns the minimum of each column.
   */
  elasticNet(net: ElasticNet, from: number, out: Float32Array): Float64Array
  /**
   * Eigenvectors of a symmetric matrix [size, size] as rows, and its eigenvalues, largest first; in one thread.
   */
  eigen(symmetric: Float64Array, size: number): { readonly vectors: Float64Array; readonly values: Float64Array }
}

/** Where kernels keep their kernels on matrices. */
const key = Symbol('matrices')

/** Adds kernels on matrices to kernels. */
export const withMatrices = (kernels: Kernels, matrices: MatrixKernels): Kernels =>
  Object.defineProperty(kernels, key, { value: matrices })

/** The kernels on matrices of kernels from `openKernels`; throws for others. */
export const matrixKernels = (kernels: Kernels): MatrixKernels => {
  const found = (kernels as { readonly [key]?: MatrixKernels })[key]
  if (!found) throw new TypeError('these kernels are not from openKernels')
  return found
}
