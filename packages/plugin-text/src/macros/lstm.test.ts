import { expect, test } from 'vitest'
import { lstm } from './lstm.js'

test('a text read by a memory is a table and an lstm', () => {
  expect(lstm.inputs).toEqual({ text: 'rows' })
  expect(lstm.expand({ dim: 8, units: 4, l2: 0, nu: 1 }, { text: ['title'] })).toEqual({
    embeddings: { words: { input: 'title', dim: 8 } },
    ops: { state: { type: 'lstm', inputs: ['.words'], units: 4 } },
    output: 'state',
  })
})

test('the penalty goes to the words', () => {
  const { embeddings } = lstm.expand({ dim: 8, units: 4, l2: 0.5, nu: 0 }, { text: ['title'] })
  expect(embeddings).toEqual({ words: { input: 'title', dim: 8, l2: 0.5, nu: 0 } })
})
