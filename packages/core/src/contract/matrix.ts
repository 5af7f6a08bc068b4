import type { Kernels, Sparse } from '@recspec/kernels'
import type { Static, TObject } from 'typebox'
import { layer } from './layer.js'

/** The stored arrays of a matrix, by short name. */
export type MatrixArrays = Readonly<Record<string, Float32Array | Int32Array>>

/**
 * A matrix of items by items, as its op stores it: the scores of a list of weighted items are the rows of these items,
 * weighted and added. Items count from 0.
 */
export interface ItemMatrix {
  /** What a model file keeps; a solver computes it. */
  readonly arrays: MatrixArrays
  /** Scores of all items for each list, [lists, items]: linear in the weights (`lists.values`, default 1). */
  scores(lists: Sparse): Float32Array
}

/** What a matrix is opened with: the number of its items, and the kernels that multiply. */
export interface MatrixContext {
  readonly items: number
  readonly kernels: Kernels
}

/** An op that scores an item by the history of a user and a matrix of items by items, which a solver computes. */
export interface MatrixLayer<S extends TObject = TObject> {
  readonly summary: string
  readonly params: S
  /** Opens the matrix from its stored arrays. Throws a bare sentence where arrays are missing or do not fit. */
  matrix(params: Static<S>, arrays: MatrixArrays, context: MatrixContext): ItemMatrix
}

/** Defines a layer with a matrix of items: its inputs are the history of a user and the id of an item. */
export const matrixLayer = <S extends TObject>({ summary, params, matrix }: MatrixLayer<S>) => ({
  ...layer({
    summary,
    params,
    inputs: { history: 'rows', item: 'rows' },
    shape: () => [1],
    apply: () => {
      throw new Error('is read from its matrix')
    },
  }),
  matrix: matrix as MatrixLayer['matrix'],
})
