import { expect, test } from 'vitest'
import { ancf } from './ancf.js'

test('expands to a dot product plus a perceptron on tables of its own', () => {
  const params = { dim: 4, deepDim: 6, units: [8], activation: 'relu', l2: 0.02, nu: 1, deepL2: 0 }
  expect(ancf.expand(params, { user: ['u'], item: ['i'] })).toEqual({
    embeddings: {
      p: { input: 'u', dim: 4, l2: 0.02, nu: 1 },
      q: { input: 'i', dim: 4, l2: 0.02, nu: 1 },
      s: { input: 'u', dim: 6 },
      t: { input: 'i', dim: 6 },
    },
    ops: {
      first: { type: 'dot', inputs: ['.p', '.q'] },
      deep: { type: 'mlp', inputs: ['.s', '.t'], units: [8], activation: 'relu' },
      higher: { type: 'dense', inputs: ['.deep'], units: 1 },
      score: { type: 'residual', inputs: ['.first', '.higher'] },
    },
    output: 'score',
  })
})
