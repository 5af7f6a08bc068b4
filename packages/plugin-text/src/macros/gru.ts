import { macro, Type } from '@recspec/core'
import { tableOf, tableParams } from './table.js'
import { units } from './units.js'

const { dim, ...rest } = tableParams

/** The last state [units] of a GRU over the vectors of a text's tokens in order; zero for a text without tokens. */
export const gru = macro({
  summary: "The last state of a GRU over the vectors of a text's tokens in order. Has its own table.",
  params: Type.Object({ dim, units, ...rest }, { additionalProperties: false }),
  inputs: { text: 'rows' },
  expand: ({ units, ...table }, { text }) => ({
    embeddings: { words: tableOf(text, table) },
    ops: { state: { type: 'gru', inputs: ['.words'], units } },
    output: 'state',
  }),
})
