import type { RankCounts } from './countranks.js'
import type { HalfStep, LeastSquaresMethod, LeastSquaresReport } from './halfstep.js'
import type { OptimizedTable, Optimizer } from './optimizers/optimizer.js'
import type { Sparse } from './sparse.js'

/** A ranking [queries, k]: rows and their scores, best first; row −1 and score −∞ where there are fewer than k. */
export interface TopK {
  readonly rows: Int32Array
  readonly scores: Float32Array
}

/**
 * Numeric kernels on one memory: linear algebra, gather and scatter, optimizer steps, top-k. Matrices are row-major.
 * The wasm implementation computes in place on shared memory, the TypeScript reference on plain arrays. Results do not
 * depend on `threads`. Allocations and scratch that exceed the memory throw a `KernelMemoryError`.
 */
export interface Kernels {
  readonly implementation: 'wasm' | 'typescript'
  readonly threads: number
  /** Bytes that allocations and scratch take at most: 4 GiB or less in wasm, Infinity in TypeScript. */
  readonly maxBytes: number

  /** A zeroed, 64-byte aligned array in the kernels' memory; it lives until `close`. */
  float32(length: number): Float32Array
  int32(length: number): Int32Array

  /** out[k] = table[rows[k]]; any arrays. */
  gather(table: Float32Array, width: number, rows: Int32Array, out: Float32Array): void
  /** out[k] = Σ_j weights[j] · table[rows[j]] for j from start[k] to start[k + 1] − 1. */
  bag(
    table: Float32Array,
    width: number,
    start: Int32Array,
    rows: Int32Array,
    weights: Float32Array,
    out: Float32Array,
  ): void
  /** sums[slot[k]] += scale[k] · gradients[k] where slot[k] ≥ 0, k ascending; any arrays. `scale` absent: 1. */
  accumulate(gradients: Float32Array, width: number, slot: Int32Array, sums: Float32Array, scale?: Float32Array): void
  /** Row rows[k] of `target` takes one optimizer step along gradient k. `rows` are distinct. `step` counts from 1. */
  update(
    optimizer: Optimizer,
    target: OptimizedTable,
    rows: Int32Array,
    gradients: Float32Array,
    rate: number,
    step: number,
  ): void

  /**
   * Solves the least squares of every row, in parallel. Every method falls back as `cholesky` does; results are finite.
   */
  leastSquares(half: HalfStep, method: LeastSquaresMethod): Promise<LeastSquaresReport>
  /**
   * Exact least squares of every row by Cholesky, in parallel; a right-hand side of zeros gives zeros. A row that is
   * not positive definite is retried with 1e-6, 1e-5, 1e-4 of its trace added to the diagonal, then left as it was.
   * Results are finite.
   */
  cholesky(half: HalfStep): Promise<LeastSquaresReport>
  /** The Gram matrix of `values` [rows, width]: Σ over rows of outer products, [width, width], in float64. */
  gram(values: Float32Array, width: number): Promise<Float64Array>
  /**
   * The k rows of `items` with the largest dot product for each row of `queries`, without the rows skip[start[q]…].
   * Ties: the smaller row first. Scores of −∞ or NaN never rank.
   */
  topK(queries: Float32Array, items: Float32Array, width: number, k: number, skip?: Sparse): Promise<TopK>
  /**
   * For each row of `items` in held[start[q]…]: how many rows score higher with query q, and how many the same, itself
   * included, without the rows skip[start[q]…], ascending. Scores of −∞ or NaN rank last, tied with nothing.
   */
  countRanks(queries: Float32Array, items: Float32Array, width: number, held: Sparse, skip: Sparse): Promise<RankCounts>

  /** Ends the threads; idle threads keep no process alive. */
  close(): Promise<void>
}
