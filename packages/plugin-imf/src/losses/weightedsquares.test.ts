import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { weightedSquares } from './weightedsquares.js'

beforeAll(() => useBackend('cpu'))

const scores = [0.2, -0.4, 1.3, 0.9]
const positive = [1, 0, 1, 0]
const target = [3, 0, 0.5, 0]

const terms = (params: Record<string, unknown>, withTarget = true, at = scores) =>
  tf.tidy(() => [
    ...weightedSquares
      .apply(
        { confidence: 'linear', epsilon: 1, ...params },
        { score: { tensor: tf.tensor1d(at) } },
        { positive: tf.tensor1d(positive), ...(withTarget && { target: tf.tensor1d(target) }) },
      )
      .dataSync(),
  ])

const close = (got: readonly number[], expected: readonly number[]) => {
  expect(got).toHaveLength(expected.length)
  for (const [index, value] of got.entries()) expect(value).toBeCloseTo(expected[index]!, 5)
}

test('an observed cell has target 1 and its confidence as weight, another target 0 and weight 1', () => {
  close(terms({ alpha: 0.1 }), [1.3 * 0.64, 0.16, 1.05 * 0.09, 0.81])
})

test('the logarithmic confidence is 1 + α log(1 + r / ε)', () => {
  const c = (r: number) => 1 + 2 * Math.log(1 + r / 0.5)
  close(terms({ alpha: 2, confidence: 'log', epsilon: 0.5 }), [c(3) * 0.64, 0.16, c(0.5) * 0.09, 0.81])
})

test('without a target every r is 1', () => {
  close(terms({ alpha: 0.5 }, false), [1.5 * 0.64, 0.16, 1.5 * 0.09, 0.81])
})

test('an unobserved weight gives every cell a target 0 and ignores r', () => {
  close(terms({ unobservedWeight: 0.3 }), [0.64 + 0.3 * 0.04, 0.3 * 0.16, 0.09 + 0.3 * 1.69, 0.3 * 0.81])
})

test('its gradient equals central differences', () => {
  for (const params of [{ alpha: 0.7 }, { alpha: 2, confidence: 'log', epsilon: 0.5 }, { unobservedWeight: 0.2 }]) {
    const slope = tf.tidy(() => {
      const total = (score: tf.Tensor) =>
        tf.sum(
          weightedSquares.apply(
            { confidence: 'linear', epsilon: 1, ...params },
            { score: { tensor: score } },
            { positive: tf.tensor1d(positive), target: tf.tensor1d(target) },
          ),
        ) as tf.Scalar
      return [...tf.grad(total)(tf.tensor1d(scores)).dataSync()]
    })
    const shifted = (index: number, by: number) => scores.map((score, at) => (at === index ? score + by : score))
    slope.forEach((value, index) => {
      const [above, below] = [terms(params, true, shifted(index, 0.05)), terms(params, true, shifted(index, -0.05))]
      expect(value).toBeCloseTo((above[index]! - below[index]!) / 0.1, 3)
    })
  }
})

test('quadratic describes the same loss up to a constant', () => {
  for (const params of [
    { alpha: 0.7, confidence: 'linear', epsilon: 1 },
    { alpha: 0.7, confidence: 'log', epsilon: 0.1 },
    { unobservedWeight: 0.3, confidence: 'linear', epsilon: 1 },
    { unobservedWeight: 2.5, confidence: 'linear', epsilon: 1 },
  ]) {
    const quadratic = weightedSquares.quadratic!(params)
    const rest = [-1, 0, 0.4, 1, 2].map((score) => {
      const at = scores.map(() => score)
      const [seen, unseen] = terms(params, true, at) as [number, number]
      expect(unseen).toBeCloseTo(quadratic.unobserved! * score * score, 5)
      return seen - quadratic.weight(3) * (score - quadratic.target(3)) ** 2
    })
    for (const constant of rest) expect(constant).toBeCloseTo(rest[0]!, 5)
  }
})

test('takes exactly one of alpha and unobservedWeight', () => {
  const head = { target: false }
  expect(weightedSquares.rejects!({ alpha: 1, unobservedWeight: 1 }, head)).toContain('got both')
  expect(weightedSquares.rejects!({}, head)).toContain('got neither')
  expect(weightedSquares.rejects!({ alpha: 0 }, head)).toBeUndefined()
  expect(weightedSquares.rejects!({ unobservedWeight: 1 }, head)).toBeUndefined()
})
