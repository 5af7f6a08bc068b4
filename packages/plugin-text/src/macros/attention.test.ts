import { expect, test } from 'vitest'
import { attention } from './attention.js'

test('expands to a table, positions, blocks of attention and their pooling', () => {
  const params = { dim: 8, blocks: 2, heads: 4, dropout: 0.1, pool: 'max', l2: 0, nu: 1 }
  expect(attention.expand(params, { text: ['title'] })).toEqual({
    embeddings: { words: { input: 'title', dim: 8 } },
    ops: {
      placed: { type: 'position', inputs: ['.words'] },
      blocks: { type: 'attention', inputs: ['.placed'], blocks: 2, heads: 4, dropout: 0.1 },
      pooled: { type: 'pool', inputs: ['.blocks'], by: ['max'] },
    },
    output: 'pooled',
  })
})
