/** A side of a factorization: a table whose rows are solved for. */
export interface FactorSide {
  readonly table: string
  /** [entities + 1, dim]; row 0 is unknown, row r + 1 is the r-th id. */
  readonly values: Float32Array
  /** [entities + 1]: l2 · n_row^nu. */
  readonly penalty: Float64Array
}

/**
 * The factorization of a matrix by weighted least squares, as engines outside of the process read it: Σ over observed
 * cells of weight · (user · item − target)², plus unobserved · (user · item)² over the other cells, plus Σ penalty ·
 * ‖row‖² over the rows of both sides. An engine writes the rows that it found into `values`.
 */
export interface LeastSquares {
  readonly dim: number
  readonly iterations: number
  readonly user: FactorSide
  readonly item: FactorSide
  /** The observed cells, by user; rows count from 1, as in tables. */
  readonly cells: {
    readonly user: Int32Array
    readonly item: Int32Array
    readonly weight: Float32Array
    readonly target: Float32Array
  }
  /** Weight of the target 0 in each cell without an event; 0 where they do not count. */
  readonly unobserved: number
  /** The objective per example at the current values of both tables. */
  objective(): Promise<number>
}
