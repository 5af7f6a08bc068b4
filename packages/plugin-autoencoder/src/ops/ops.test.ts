import { type Context, tf, useBackend } from '@recspec/core'
import { uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { denseBlocks } from './denseblocks.js'
import { gaussianSample } from './gaussiansample.js'

beforeAll(() => useBackend('cpu'))

const context = (training: boolean): Context => ({
  training,
  uniform: (shape) => {
    const size = shape.reduce((product, dim) => product * dim, 1)
    return tf.tensor(
      Float32Array.from({ length: size }, (_, k) => uniform(5, k)),
      [...shape],
    )
  },
  assign: () => {},
})

test('a Gaussian code is its mean when serving, and has the deviation that it is given in training', () => {
  const mean = { tensor: tf.fill([2000, 2], 3) }
  const logVar = { tensor: tf.fill([2000, 2], Math.log(0.25)) }
  const apply = (training: boolean) =>
    gaussianSample.apply({}, { mean, logVar }, {}, context(training)).tensor.dataSync()
  expect(new Set(apply(false))).toEqual(new Set([3]))
  const drawn = [...apply(true)]
  const average = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
  const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + (x - average) ** 2, 0) / drawn.length)
  expect(average).toBeCloseTo(3, 1)
  expect(deviation).toBeCloseTo(0.5, 1)
})

test('mean and logarithm of the variance have one width', () => {
  expect(() => gaussianSample.shape({}, { mean: [3], logVar: [4] })).toThrow(
    'needs a mean and a logarithm of the variance of one width, got [3] and [4]',
  )
})

test('every dense block adds its map to the outputs of all blocks before it', () => {
  const params = { blocks: 3, units: 8, activation: 'swish', epsilon: 0.1, first: 'given' }
  expect(denseBlocks.expand(params, { x: ['in'] })).toEqual({
    ops: {
      norm1: { type: 'layerNorm', inputs: ['in'], epsilon: 0.1 },
      out1: { type: 'activation', inputs: ['.norm1'], function: 'swish' },
      map2: { type: 'dense', inputs: ['.out1'], units: 8 },
      sum2: { type: 'sum', inputs: ['.map2', '.out1'] },
      norm2: { type: 'layerNorm', inputs: ['.sum2'], epsilon: 0.1 },
      out2: { type: 'activation', inputs: ['.norm2'], function: 'swish' },
      map3: { type: 'dense', inputs: ['.out2'], units: 8 },
      sum3: { type: 'sum', inputs: ['.map3', '.out1', '.out2'] },
      norm3: { type: 'layerNorm', inputs: ['.sum3'], epsilon: 0.1 },
      out3: { type: 'activation', inputs: ['.norm3'], function: 'swish' },
    },
    output: 'out3',
  })
})
