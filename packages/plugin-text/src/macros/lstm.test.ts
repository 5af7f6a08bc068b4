import { expect, test } from 'vitest'
import { lstm } from './lstm.js'

test('expands to a table and an lstm', () => {
  expect(lstm.inputs).toEqual({ text: 'rows' })
  expect(lstm.expand({ dim: 8, units: 4, l2: 0, nu: 1 }, { text: ['title'] })).toEqual({
    embeddings: { words: { input: 'title', dim: 8 } },
    ops: { state: { type: 'lstm', inputs: ['.words'], units: 4 } },
    output: 'state',
  })
})

test('l2 and nu are those of the table', () => {
  const { embeddings } = lstm.expand({ dim: 8, units: 4, l2: 0.5, nu: 0 }, { text: ['title'] })
  expect(embeddings).toEqual({ words: { input: 'title', dim: 8, l2: 0.5, nu: 0 } })
})
