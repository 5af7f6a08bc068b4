import { matrixLayer, Type } from '@recspec/core'
import { openItemMatrix } from './itemmatrix.js'

/** A score that is the row of a user times a matrix of items by items: a linear autoencoder. */
export const itemToItem = matrixLayer({
  summary: 'The row of a user times a matrix of items by items, which a closed form or a filter of the graph computes.',
  params: Type.Object(
    {
      l2: Type.Number({ default: 0, minimum: 0, description: 'penalty of the squares of the matrix' }),
      nu: Type.Number({
        default: 1,
        description: 'the penalty of the row of an item is l2 · n^nu for n the sum of its squared values: its count',
      }),
      l1: Type.Number({ default: 0, minimum: 0, description: 'penalty of the sizes of the numbers of the matrix' }),
      nonNegative: Type.Boolean({ default: false, description: 'no number of the matrix is below 0' }),
      diagonal: Type.Number({
        default: 0,
        minimum: 0,
        maximum: 1,
        description: 'how large a number on the diagonal may be; 0: the diagonal is empty',
      }),
      topK: Type.Optional(
        Type.Integer({ minimum: 1, description: 'numbers of a row that are kept, the largest by size; default: all' }),
      ),
      rank: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'width of a part of low rank that is kept besides; `topK` numbers of what is left are kept then',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  matrix: (_, arrays, context) => openItemMatrix(arrays, context),
})

/** The parameters of the op. */
export interface ItemToItem {
  readonly l2: number
  readonly nu: number
  readonly l1: number
  readonly nonNegative: boolean
  readonly diagonal: number
  readonly topK?: number
  readonly rank?: number
}
