import { macro, Type } from '@recspec/core'
import { tableOf, tableParams } from './table.js'

const { dim, ...rest } = tableParams

/**
 * The mean or sum of the vectors of a text's tokens, regardless of order, each times the weight that the input gives
 * it; a vector [dim], zero for a text without tokens.
 */
export const bag = macro({
  summary:
    "The mean or the sum of the vectors of a text's tokens, weighted where the input gives weights (`tf-idf`). Has " +
    'its own table.',
  params: Type.Object(
    {
      dim,
      combine: Type.Enum(['mean', 'sum'], { default: 'mean', description: 'how the vectors of tokens are combined' }),
      ...rest,
    },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ combine, ...table }, { text }) => ({
    embeddings: { words: { ...tableOf(text, table), combine } },
    ops: {},
    output: 'words',
  }),
})
