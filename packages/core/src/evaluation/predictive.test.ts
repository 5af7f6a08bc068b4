import { expect, test } from 'vitest'
import { metrics } from './metrics/index.js'
import { cumulative, logDensity, normalCumulative } from './predictive.js'

/** ∫ of f by Simpson's rule. */
const integral = (f: (x: number) => number, from: number, to: number, steps = 4000): number => {
  const width = (to - from) / steps
  let sum = f(from) + f(to)
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + k * width)
  return (sum * width) / 3
}
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

test('the normal distribution is the integral of its density', () => {
  for (const x of [-8, -3.2, -1, -0.01, 0, 0.5, 1.96, 4, 8])
    expect(normalCumulative(x)).toBeCloseTo(integral(density, -12, x), 12)
  expect([normalCumulative(-40), normalCumulative(40)]).toEqual([0, 1])
})

const mixture = { means: [1, 3, 2, 2.5], deviations: [0.5, 2] }

test('the cumulative distribution of a mixture is the mean of its parts, and the integral of its density', () => {
  for (const row of [0, 1])
    for (const value of [-1, 1.2, 6]) {
      const whole = integral((x) => Math.exp(logDensity(mixture, row, x)), -30, value, 20_000)
      expect(cumulative(mixture, row, value)).toBeCloseTo(whole, 8)
    }
})

test('nll of one normal distribution is the formula', () => {
  const rows = { predicted: [0, 0], actual: [1, 4], distribution: { means: [0.5, 2], deviations: [0.8] } }
  const expected = [0.5, 2].map((gap) => gap ** 2 / (2 * 0.64) + Math.log(0.8 * Math.sqrt(2 * Math.PI)))
  expect(metrics['nll']!.predictions!(rows)).toBeCloseTo((expected[0]! + expected[1]!) / 2, 12)
})

test('an outlier has a finite nll', () => {
  const rows = { predicted: [0], actual: [1e4], distribution: { means: [0, 1], deviations: [1, 1] } }
  expect(metrics['nll']!.predictions!(rows)).toBeCloseTo(9999 ** 2 / 2 + Math.log(2) + Math.log(2 * Math.PI) / 2, 3)
})

test('the central interval of a normal distribution contains the targets between its quantiles', () => {
  const at = (...actual: number[]) => ({
    predicted: actual,
    actual,
    distribution: { means: actual.map(() => 10), deviations: [2] },
  })
  const coverage = metrics['intervalCoverage']!.predictions!
  // 90 %: 1.6449 deviations to both sides; 50 %: 0.6745
  expect(coverage(at(10 + 2 * 1.64, 10 - 2 * 1.64, 10 + 2 * 1.65, 10 - 2 * 1.65), '0.9')).toBe(0.5)
  expect(coverage(at(10 + 2 * 0.67, 10 - 2 * 0.68, 10), '0.5')).toBeCloseTo(2 / 3)
  expect(coverage(at(10 + 2 * 1.64))).toBe(1)
})
