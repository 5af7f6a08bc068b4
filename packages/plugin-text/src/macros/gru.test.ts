import { expect, test } from 'vitest'
import { gru } from './gru.js'

test('expands to a table and a gru', () => {
  expect(gru.inputs).toEqual({ text: 'rows' })
  expect(gru.expand({ dim: 8, units: 4, l2: 0.5, nu: 0 }, { text: ['title'] })).toEqual({
    embeddings: { words: { input: 'title', dim: 8, l2: 0.5, nu: 0 } },
    ops: { state: { type: 'gru', inputs: ['.words'], units: 4 } },
    output: 'state',
  })
})
