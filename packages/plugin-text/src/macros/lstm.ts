import { macro, Type } from '@recspec/core'
import { dim, l2, nu } from './params.js'

/** A text in one vector: its words' vectors, read in order by a long short-term memory. */
export const lstm = macro({
  summary: 'The words of a text read in order by a long short-term memory, with a table of its own.',
  params: Type.Object(
    { dim, units: Type.Integer({ minimum: 1, default: 16, description: 'width of the result' }), l2, nu },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ dim, units, l2, nu }, { text }) => ({
    embeddings: { words: { input: text[0]!, dim, ...(l2 > 0 && { l2, nu }) } },
    ops: { state: { type: 'lstm', inputs: ['.words'], units } },
    output: 'state',
  }),
})
