import type { Kernels, Sparse } from '@recspec/kernels'
import type { WeightArrays } from '../contract/form.js'
import type { ItemMatrix, MatrixArrays } from '../contract/matrix.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import type { Graph, Head, Table } from '../graph/graph.js'

/** A table with its rows: row 0 is unknown, row r + 1 is the r-th id; other inputs number their rows themselves. */
export interface TableRows {
  readonly spec: Table
  readonly height: number
  /** [height, dim], in the kernels' memory. */
  readonly values: Float32Array
}

/** A graph bound to data: sizes known, inputs encoded, weights allocated. Solvers train its arrays in place. */
export interface Program {
  readonly graph: Graph
  /** Training rows only in `events`. */
  readonly dataset: Dataset
  readonly kernels: Kernels
  readonly tables: ReadonlyMap<string, TableRows>
  /** Dense weights, `<node>.<weight>`. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** A node's weights by short name. */
  weightsOf(node: string): WeightArrays
  /** The matrix of an op that has one; undefined before a solver has computed it. */
  matrix(node: string): ItemMatrix | undefined
  /** Opens the matrix of an op from these arrays, as its solver computed them. */
  setMatrix(node: string, arrays: MatrixArrays): ItemMatrix
  /** What an op with a matrix reads of every user, without dropout: [users, items], items ascending from 0. */
  rows(node: string): Sparse
  /** Training events by user or by item; with the values of `column` where given. */
  interactions(side: 'user' | 'item', column?: string): Sparse
  /** The head's target for every training event, in the loss's scale; undefined where it has none. */
  target(head: Head): Float32Array | undefined
  /**
   * The training events that are positive, ascending, where the head compares items and its target is a label; the
   * others are no examples, but the user has their items. Undefined: all are positive.
   */
  positives(head: Head): Int32Array | undefined
  /** Examples of one pass over a head: events, users with events, or cells. Reported losses are divided by it. */
  examples(head: Head): number
  /** n_row of a table: how often one pass over the heads is expected to read each row. */
  counts(table: string, heads: readonly Head[]): Float64Array
  /**
   * Values of a node for pairs of indices (−1 unknown) as when serving: [pairs, width]. `events`: the event of each
   * pair, for inputs of the event itself.
   */
  scores(node: string, users: Int32Array, items: Int32Array, events?: Events): Float32Array
  /** Values of a one-sided node for every entity of its side, unknown first: [count + 1, width]. */
  sideValues(node: string): Float32Array
}
