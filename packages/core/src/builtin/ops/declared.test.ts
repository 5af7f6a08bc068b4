import { expect, test } from 'vitest'
import type { Layer } from '../../contract/layer.js'
import type { Shape } from '../../contract/shape.js'
import * as layers from './index.js'

const declared = (layer: Layer, params: Record<string, unknown>, inputs: Record<string, unknown>) =>
  layer.weights!(params, inputs as never)

test.each([
  ['dot', () => layers.dot.shape({}, { a: [16], b: [32] } as never), 'needs inputs of equal width, got [16] and [32]'],
  ['hadamard', () => layers.hadamard.shape({}, { vectors: [[2]] } as never), 'needs two inputs or more, got 1'],
  [
    'sum',
    () => layers.sum.shape({}, { vectors: [[3], [1], [2]] } as never),
    'needs inputs of equal width or width 1, got [3], [1] and [2]',
  ],
  [
    'sum weights',
    () => layers.sum.shape({ weights: [1] }, { vectors: [[3], [3]] } as never),
    'needs one weight for each input, got 1 weights for 2 inputs',
  ],
  [
    'concat',
    () => layers.concat.shape({}, { vectors: [[3], ['length', 2]] } as never),
    'needs vectors, or sequences of equal length, got [3] and [length, 2]',
  ],
  [
    'dense',
    () => layers.dense.shape({ units: 1 }, { x: ['item'] } as never),
    'needs a vector or a sequence of vectors, got [item]',
  ],
  [
    'lstm',
    () => layers.lstm.shape({ units: 1, returns: 'last' }, { x: [4] } as never),
    'needs a sequence [length, width], got [4]',
  ],
] as const)('%s refuses shapes with a sentence', (_, shape, message) => {
  expect(shape).toThrow(message)
})

test('a bias starts at a number, at zeros or at the mean of the target', () => {
  const bias = (init: unknown, trainable = true) => declared(layers.bias, { init, trainable }, { x: [3] })
  expect(bias('target-mean', false)).toEqual({ bias: { shape: [3], init: 'target-mean', trainable: false } })
  expect(bias(2.5)).toEqual({ bias: { shape: [3], init: { type: 'constant', value: 2.5 }, trainable: true } })
})

test('a residual projects only widths that differ, and its gates start at 0', () => {
  const inputs = { base: [3], branches: [[3], [5]] }
  expect(declared(layers.residual, { gate: false }, inputs)).toEqual({ kernel2: { shape: [5, 3], init: 'glorot' } })
  const gated = declared(layers.residual, { gate: true }, inputs) as Record<string, unknown>
  expect(Object.keys(gated)).toEqual(['gate1', 'kernel2', 'gate2'])
  expect(gated.gate1).toEqual({ shape: [1], init: 'zeros' })
})

test('running statistics are not trained', () => {
  const weights = declared(layers.batchNorm, { momentum: 0.99, epsilon: 1e-3 }, { x: [3] })
  const trained = Object.entries(weights).filter(([, { trainable }]) => trainable !== false)
  expect(trained.map(([name]) => name)).toEqual(['gamma', 'beta'])
})

test('nonlinear ops have no form', () => {
  const all: Readonly<Record<string, Layer>> = { ...layers }
  const at = (op: string, params: Record<string, unknown>, shape: Shape) =>
    all[op]!.form?.(params, { x: shape } as never)
  expect(at('dense', { units: 2, activation: 'relu', useBias: true }, [3])).toBeUndefined()
  expect(at('activation', { function: 'tanh' }, [3])).toBeUndefined()
  expect(at('layerNorm', { epsilon: 1e-3 }, [3])).toBeUndefined()
  expect(at('lstm', { units: 2, returns: 'last' }, [4, 3])).toBeUndefined()
  expect(layers.hadamard.form?.({}, { vectors: [[2], [2], [2]] } as never)).toBeUndefined()
})
