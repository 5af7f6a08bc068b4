import { expect, test } from 'vitest'
import { gmf } from './gmf.js'

test('expands to a linear unit on the elementwise product of two tables', () => {
  expect(gmf.expand({ dim: 4, l2: 0.01, nu: 1 }, { user: ['u'], item: ['i'] })).toEqual({
    embeddings: { p: { input: 'u', dim: 4, l2: 0.01, nu: 1 }, q: { input: 'i', dim: 4, l2: 0.01, nu: 1 } },
    ops: {
      product: { type: 'hadamard', inputs: ['.p', '.q'] },
      score: { type: 'dense', inputs: ['.product'], units: 1 },
    },
    output: 'score',
  })
})
