import { expect, test } from 'vitest'
import { mlp } from './mlp.js'

test('expands to a perceptron on two concatenated vectors and one linear unit', () => {
  const params = { dim: 6, units: [8, 4], activation: 'tanh', l2: 0, nu: 1 }
  expect(mlp.expand(params, { user: ['u'], item: ['i'] })).toEqual({
    embeddings: { s: { input: 'u', dim: 6 }, t: { input: 'i', dim: 6 } },
    ops: {
      deep: { type: 'mlp', inputs: ['.s', '.t'], units: [8, 4], activation: 'tanh' },
      score: { type: 'dense', inputs: ['.deep'], units: 1 },
    },
    output: 'score',
  })
})
