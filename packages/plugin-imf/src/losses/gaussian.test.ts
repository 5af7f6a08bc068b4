import { type Slope, tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { gaussian } from './gaussian.js'

beforeAll(() => useBackend('cpu'))

const density = (r: number, mean: number, sigma: number) =>
  Math.exp(-((r - mean) ** 2) / (2 * sigma ** 2)) / Math.sqrt(2 * Math.PI * sigma ** 2)

const terms = (sigma: number, scores: number[], targets: number[]) =>
  tf.tidy(() => [
    ...gaussian
      .apply(
        { sigma },
        { score: { tensor: tf.tensor2d(scores, [scores.length, 1]) } },
        { target: tf.tensor1d(targets) },
      )
      .dataSync(),
  ])

test('is minus the log of the normal density, one term per event', () => {
  for (const sigma of [0.5, 1, 2.3]) {
    const got = terms(sigma, [1, 2, -0.5], [1.5, 2, 3])
    expect(got).toHaveLength(3)
    const expected = [density(1.5, 1, sigma), density(2, 2, sigma), density(3, -0.5, sigma)]
    for (const [place, value] of got.entries()) expect(value).toBeCloseTo(-Math.log(expected[place]!), 5)
  }
})

test('its gradient is (ŷ − r) / σ²', () => {
  const [scores, targets] = [
    [1, 2, -0.5],
    [1.5, 2, 3],
  ]
  for (const sigma of [0.5, 1, 2.3]) {
    const total = (score: tf.Tensor) =>
      tf.sum(gaussian.apply({ sigma }, { score: { tensor: score } }, { target: tf.tensor1d(targets!) })) as tf.Scalar
    const gradient = tf.tidy(() => [...tf.grad(total)(tf.tensor1d(scores!)).dataSync()])
    for (const [index, slope] of gradient.entries())
      expect(slope).toBeCloseTo((scores![index]! - targets![index]!) / sigma ** 2, 4)
  }
})

test('its likelihood integrates to 1', () => {
  const targets = Array.from({ length: 2001 }, (_, step) => -10 + step / 100)
  const likelihood = terms(0.8, Array(2001).fill(0.4), targets).map((loss) => Math.exp(-loss) / 100)
  expect(likelihood.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
})

test('slope and quadratic describe the same loss as apply', () => {
  for (const sigma of [0.5, 1, 2.3]) {
    const slope = gaussian.slope!({ sigma }, 1) as Extract<Slope, { list: unknown }>
    const slopes = new Float64Array(1)
    const lossAt = (score: number) => slope.list(Float32Array.of(score), 3, slopes)
    const quadratic = gaussian.quadratic!({ sigma })
    const [floor] = terms(sigma, [3], [3]) as [number]
    for (const score of [-1, 0.2, 4]) {
      const [loss] = terms(sigma, [score], [3]) as [number]
      expect(lossAt(score)).toBeCloseTo(loss, 5)
      expect(quadratic.weight(3) * (score - quadratic.target(3)) ** 2 + floor).toBeCloseTo(loss, 5)
      const difference = (lossAt(score + 1e-2) - lossAt(score - 1e-2)) / 2e-2
      lossAt(score)
      expect(slopes[0]! / difference).toBeCloseTo(1, 3)
    }
    expect(quadratic.unobserved).toBeUndefined()
  }
})

test('rejects a head without a target', () => {
  expect(gaussian.rejects!({ sigma: 1 }, { target: false })).toBe('needs a target')
  expect(gaussian.rejects!({ sigma: 1 }, { target: true })).toBeUndefined()
})
