import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { filledSquares, fillOf } from './filled.js'

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

test('cells without an event count as 0, others as their target, or as 1 where there is none', () => {
  const close = (got: number[], expected: number[]) => {
    for (const [place, value] of got.entries()) expect(value).toBeCloseTo(expected[place]!, 5)
  }
  close(terms('zero', [0.5, -1, 2], { target: [3, 0, 2.5], positive: [1, 0, 1] }), [6.25, 1, 0.25])
  close(terms('zero', [0.5, -1, 2], { positive: [1, 0, 1] }), [0.25, 1, 1])
})

test('the mean of the target is not known to a batch', () => {
  expect(() => terms('mean', [1], { target: [3], positive: [1] })).toThrow('train it by imf/svd')
})

test('fills are the mean of training targets, or 0', () => {
  expect(fillOf('mean', Float32Array.of(1, 2, 6))).toBe(3)
  expect(fillOf('mean', undefined)).toBe(1)
  expect(fillOf('mean', new Float32Array(0))).toBe(0)
  expect(fillOf('zero', Float32Array.of(1, 2, 6))).toBe(0)
})
