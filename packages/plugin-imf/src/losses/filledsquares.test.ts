import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { filledSquares, fillValue } from './filledsquares.js'

beforeAll(() => useBackend('cpu'))

const terms = (fill: string, scores: number[], example: { target?: number[]; positive: number[] }) =>
  tf.tidy(() => [
    ...filledSquares
      .apply(
        { fill },
        { score: { tensor: tf.tensor2d(scores, [scores.length, 1]) } },
        { positive: tf.tensor1d(example.positive), ...(example.target && { target: tf.tensor1d(example.target) }) },
      )
      .dataSync(),
  ])

test('the target is 0 in cells without an event; in others it is the rating, or 1 where there is none', () => {
  const close = (got: number[], expected: number[]) => {
    expect(got).toHaveLength(expected.length)
    for (const [place, value] of got.entries()) expect(value).toBeCloseTo(expected[place]!, 5)
  }
  close(terms('zero', [0.5, -1, 2], { target: [3, 0, 2.5], positive: [1, 0, 1] }), [6.25, 1, 0.25])
  close(terms('zero', [0.5, -1, 2], { positive: [1, 0, 1] }), [0.25, 1, 1])
})

test('its gradient equals central differences', () => {
  const scores = [0.5, -1, 2]
  const example = { target: [3, 0, 2.5], positive: [1, 0, 1] }
  const batch = () => ({ target: tf.tensor1d(example.target), positive: tf.tensor1d(example.positive) })
  const total = (score: tf.Tensor) =>
    tf.sum(filledSquares.apply({ fill: 'zero' }, { score: { tensor: score } }, batch())) as tf.Scalar
  const gradient = tf.tidy(() => [
    ...tf
      .grad(total)(tf.tensor2d(scores, [3, 1]))
      .dataSync(),
  ])
  const lossAt = (index: number, by: number) =>
    terms(
      'zero',
      scores.map((score, k) => (k === index ? score + by : score)),
      example,
    ).reduce((a, b) => a + b, 0)
  for (const [index, slope] of gradient.entries())
    expect(slope).toBeCloseTo((lossAt(index, 0.0625) - lossAt(index, -0.0625)) / 0.125, 3)
})

test('a batch cannot be filled with the mean of the target', () => {
  expect(() => terms('mean', [1], { target: [3], positive: [1] })).toThrow('cannot fill cells with the mean')
})

test('the fill is the mean of training targets, or 0', () => {
  expect(fillValue('mean', Float32Array.of(1, 2, 6))).toBe(3)
  expect(fillValue('mean', undefined)).toBe(1)
  expect(fillValue('mean', new Float32Array(0))).toBe(0)
  expect(fillValue('zero', Float32Array.of(1, 2, 6))).toBe(0)
})
