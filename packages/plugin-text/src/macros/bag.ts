import { macro, Type } from '@recspec/core'
import { dim, l2, nu } from './params.js'

/** A text in one vector, whatever the order of its words: the mean or the sum of their vectors. */
export const bag = macro({
  summary: "The mean or the sum of the words' vectors of a text, with a table of its own.",
  params: Type.Object(
    { dim, combine: Type.Enum(['mean', 'sum'], { default: 'mean', description: 'of the vectors of words' }), l2, nu },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ dim, combine, l2, nu }, { text }) => ({
    embeddings: { words: { input: text[0]!, dim, combine, ...(l2 > 0 && { l2, nu }) } },
    ops: {},
    output: 'words',
  }),
})
