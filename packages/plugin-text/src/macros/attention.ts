import { macro, Type } from '@recspec/core'
import { tableOf, tableParams } from './table.js'

const { dim, ...rest } = tableParams

/**
 * Self-attention blocks over the vectors of a text's tokens and their positions, pooled to one vector [dim], which is
 * zero for a text without tokens.
 */
export const attention = macro({
  summary:
    "Self-attention blocks over the vectors of a text's tokens and of their positions, pooled to one vector (after " +
    'Vaswani et al., NeurIPS 2017). Has its own table.',
  params: Type.Object(
    {
      dim,
      blocks: Type.Integer({ default: 1, minimum: 1, maximum: 64, description: 'number of blocks' }),
      heads: Type.Integer({ default: 1, minimum: 1, description: 'attention heads; they divide `dim`' }),
      dropout: Type.Number({
        default: 0,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'dropout rate inside the blocks',
      }),
      pool: Type.Enum(['mean', 'max'], { default: 'mean', description: 'how the tokens of a text are pooled' }),
      ...rest,
    },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ blocks, heads, dropout, pool, ...table }, { text }) => ({
    embeddings: { words: tableOf(text, table) },
    ops: {
      placed: { type: 'position', inputs: ['.words'] },
      blocks: { type: 'attention', inputs: ['.placed'], blocks, heads, dropout },
      pooled: { type: 'pool', inputs: ['.blocks'], by: [pool] },
    },
    output: 'pooled',
  }),
})
