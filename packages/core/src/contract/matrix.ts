import type { Sparse } from '@recspec/kernels'

/**
 * A matrix of items by items, as its op stores it: scores of a list of weighted items are its rows, weighted and added.
 * Items count from 0.
 */
export interface ItemMatrix {
  /** What the model file keeps, by short name. */
  readonly arrays: Readonly<Record<string, Float32Array | Int32Array>>
  /** Scores of all items for each list: [lists, items]. Linear in the weights (`lists.values`, default 1). Synchronous. */
  scores(lists: Sparse): Float32Array
}
