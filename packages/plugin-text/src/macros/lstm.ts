import { macro, Type } from '@recspec/core'
import { dim, l2, nu } from './params.js'

/** The last state [units] of an LSTM over the vectors of a text's words in order. */
export const lstm = macro({
  summary: "The last state of an LSTM over the vectors of a text's words in order. Has its own table.",
  params: Type.Object(
    {
      dim,
      units: Type.Integer({ minimum: 1, maximum: 65_536, default: 16, description: 'width of the result' }),
      l2,
      nu,
    },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ dim, units, l2, nu }, { text }) => ({
    embeddings: { words: { input: text[0]!, dim, ...(l2 > 0 && { l2, nu }) } },
    ops: { state: { type: 'lstm', inputs: ['.words'], units } },
    output: 'state',
  }),
})
