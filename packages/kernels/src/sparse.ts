/** A sparse matrix by rows: row r has columns index[start[r]] … index[start[r + 1] − 1], ascending. */
export interface Sparse {
  readonly start: Int32Array
  readonly index: Int32Array
  /** Value of each entry of `index`; absent: 1. */
  readonly values?: Float32Array
}
