import { expect, test } from 'vitest'
import { cnn } from './cnn.js'

const params = { dim: 8, filters: 4, widths: [2, 3], activation: 'relu', dropout: 0, l2: 0, nu: 1 }

test('expands to a table, a convolution of each width and the maximum of its filters', () => {
  expect(cnn.expand(params, { text: ['title'] })).toEqual({
    embeddings: { words: { input: 'title', dim: 8 } },
    ops: {
      conv1: { type: 'conv1d', inputs: ['.words'], filters: 4, width: 2, activation: 'relu' },
      max1: { type: 'pool', inputs: ['.conv1'], by: ['max'] },
      conv2: { type: 'conv1d', inputs: ['.words'], filters: 4, width: 3, activation: 'relu' },
      max2: { type: 'pool', inputs: ['.conv2'], by: ['max'] },
      features: { type: 'concat', inputs: ['.max1', '.max2'] },
    },
    output: 'features',
  })
})

test('one width needs no concatenation; dropout is last', () => {
  const { ops, output } = cnn.expand({ ...params, widths: [3], dropout: 0.5 }, { text: ['title'] })
  expect(Object.keys(ops)).toEqual(['conv1', 'max1', 'drop'])
  expect([ops.drop, output]).toEqual([{ type: 'dropout', inputs: ['.max1'], rate: 0.5 }, 'drop'])
})
