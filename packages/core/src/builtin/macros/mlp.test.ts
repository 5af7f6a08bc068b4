import { expect, test } from 'vitest'
import { mlp } from './mlp.js'

const standard = { activation: 'relu', last: 'activation', normalize: 'none', dropout: 0, l2: 0, nu: 1 }
const expand = (params: Record<string, unknown>) => mlp.expand({ ...standard, ...params }, { x: ['p', 'q'] })

test('an mlp is a stack of dense layers', () => {
  expect(expand({ units: [8, 4] })).toEqual({
    ops: {
      hidden1: { type: 'dense', inputs: ['p', 'q'], units: 8, activation: 'relu' },
      hidden2: { type: 'dense', inputs: ['.hidden1'], units: 4, activation: 'relu' },
    },
    output: 'hidden2',
  })
})

test('normalisation stands before the activation, dropout after it', () => {
  const { ops, output } = expand({ units: [8, 4], normalize: 'batch', dropout: [0.5, 0] })
  expect(Object.entries(ops).map(([name, { type, inputs }]) => [name, type, ...inputs])).toEqual([
    ['hidden1', 'dense', 'p', 'q'],
    ['norm1', 'batchNorm', '.hidden1'],
    ['act1', 'activation', '.norm1'],
    ['drop1', 'dropout', '.act1'],
    ['hidden2', 'dense', '.drop1'],
    ['norm2', 'batchNorm', '.hidden2'],
    ['act2', 'activation', '.norm2'],
  ])
  expect([ops.hidden1!.activation, ops.act1!.function, ops.drop1!.rate, output]).toEqual([
    'linear',
    'relu',
    0.5,
    'act2',
  ])
})

test('a linear last layer is an affine map and nothing else', () => {
  const { ops, output } = expand({ units: [8, 4], normalize: 'layer', dropout: 0.2, last: 'linear', l2: 0.1 })
  expect(Object.keys(ops)).toEqual(['hidden1', 'norm1', 'act1', 'drop1', 'hidden2'])
  expect(ops.hidden2).toEqual({ type: 'dense', inputs: ['.drop1'], units: 4, activation: 'linear', l2: 0.1, nu: 1 })
  expect(output).toBe('hidden2')
})

test('a list of dropouts has one for each layer', () => {
  expect(() => expand({ units: [8], dropout: [0.1, 0.2] })).toThrow(
    'needs one dropout for each layer, got 2 for 1 layers',
  )
})
