import { type Context, tf, useBackend } from '@recspec/core'
import { uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
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
