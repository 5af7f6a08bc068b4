import { macro, Type } from '@recspec/core'
import { dim, l2, nu } from './params.js'

/**
 * The mean or sum of the vectors of a text's words, regardless of order; a vector [dim], zero for a text without known
 * words.
 */
export const bag = macro({
  summary: "The mean or the sum of the vectors of a text's words. Has its own table.",
  params: Type.Object(
    {
      dim,
      combine: Type.Enum(['mean', 'sum'], { default: 'mean', description: 'how the vectors of words are combined' }),
      l2,
      nu,
    },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ dim, combine, l2, nu }, { text }) => ({
    embeddings: { words: { input: text[0]!, dim, combine, ...(l2 > 0 && { l2, nu }) } },
    ops: {},
    output: 'words',
  }),
})
