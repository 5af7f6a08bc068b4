import { expect, test } from 'vitest'
import { neumf } from './neumf.js'

test('expands to the sum of a linear unit on each part, which heads can train alone', () => {
  const params = { dim: 4, deepDim: 6, units: [8], activation: 'relu', l2: 0, nu: 1 }
  expect(neumf.expand(params, { user: ['u'], item: ['i'] })).toEqual({
    embeddings: {
      p: { input: 'u', dim: 4 },
      q: { input: 'i', dim: 4 },
      s: { input: 'u', dim: 6 },
      t: { input: 'i', dim: 6 },
    },
    ops: {
      gmf: { type: 'hadamard', inputs: ['.p', '.q'] },
      mlp: { type: 'mlp', inputs: ['.s', '.t'], units: [8], activation: 'relu' },
      byGmf: { type: 'dense', inputs: ['.gmf'], units: 1 },
      byMlp: { type: 'dense', inputs: ['.mlp'], units: 1 },
      score: { type: 'sum', inputs: ['.byGmf', '.byMlp'] },
    },
    output: 'score',
  })
})
