import { expect, test } from 'vitest'
import { percentileInterval } from './interval.js'
import { pairedBootstrapTest } from './pairedbootstrap.js'
import { everyUnit, resample, type Statistic } from './resample.js'

const COUNT = 60
const values = Float64Array.from({ length: COUNT }, (_, i) => ((i * 37) % 101) / 10)
const differences = Float64Array.from({ length: COUNT }, (_, i) => (((i * 29) % 17) - 6.5) / 10)

const mean =
  (of: Float64Array): Statistic =>
  (units) =>
    units.reduce((sum, unit) => sum + of[unit]!, 0) / units.length

const rootMeanSquare: Statistic = (units) =>
  Math.sqrt(units.reduce((sum, unit) => sum + values[unit]! ** 2, 0) / units.length)

test('percentiles agree with numpy 2: linear between neighbors', () => {
  const { low, high } = percentileInterval(Float64Array.from([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]), 0.95)
  expect([low, high]).toEqual([1, expect.closeTo(8.325, 12)])
})

test('intervals agree with scipy.stats.bootstrap 1.17.1 (percentile, 200,000 samples) to its own error', () => {
  const [means, roots] = resample(COUNT, [mean(values), rootMeanSquare], { samples: 20_000, seed: 3 })
  const ofMean = percentileInterval(means!, 0.95)
  expect(Math.abs(ofMean.low - 4.215)).toBeLessThan(0.03)
  expect(Math.abs(ofMean.high - 5.688333)).toBeLessThan(0.03)
  const ofRoot = percentileInterval(roots!, 0.9)
  expect(Math.abs(ofRoot.low - 5.173748)).toBeLessThan(0.03)
  expect(Math.abs(ofRoot.high - 6.281468)).toBeLessThan(0.03)
})

test('the paired test agrees with numpy: the shifted distribution of 400,000 means gives p 0.01538', () => {
  const observed = mean(differences)(everyUnit(COUNT))
  const [resampled] = resample(COUNT, [mean(differences)], { samples: 40_000, seed: 5 })
  expect(Math.abs(pairedBootstrapTest(observed, resampled!) - 0.0153825)).toBeLessThan(0.002)
})

test('a seed gives the same samples, another seed others, and statistics share their samples', () => {
  const draw = (seed: number) => resample(COUNT, [mean(values), mean(values)], { samples: 50, seed })
  const [one, two] = draw(1)
  expect(one).toEqual(two)
  expect(draw(1)[0]).toEqual(one)
  expect(draw(2)[0]).not.toEqual(one)
})

test('a statistic that a sample does not define has no interval and no test', () => {
  const undefinedOnce = Float64Array.from([1, Number.NaN, 2])
  expect(percentileInterval(undefinedOnce, 0.95)).toEqual({ low: Number.NaN, high: Number.NaN })
  expect(pairedBootstrapTest(1, undefinedOnce)).toBeNaN()
})

test('a difference of 0 in every sample has p 1', () => {
  expect(pairedBootstrapTest(0, new Float64Array(99))).toBe(1)
})
