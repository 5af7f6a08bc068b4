import type { Sparse } from '@recspec/kernels'

/** One summand of a matrix of items by items, as its arrays say. */
export interface Part {
  /** out [lists, items] += the rows of the matrix that each list names, weighted. */
  add(lists: Sparse, out: Float32Array): void
}
