import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { metrics } from './index.js'

const value = (name: string, predicted: readonly number[], actual: readonly number[], variant?: string) =>
  metrics[name]!.predictions!({ predicted, actual }, variant)

test('errors of a hand-made example', () => {
  const predicted = [1.4, 3, 2.6]
  const actual = [1, 5, 0]
  expect(value('mse', predicted, actual)).toBeCloseTo((0.16 + 4 + 6.76) / 3, 12)
  expect(value('rmse', predicted, actual)).toBeCloseTo(Math.sqrt((0.16 + 4 + 6.76) / 3), 12)
  expect(value('mae', predicted, actual)).toBeCloseTo((0.4 + 2 + 2.6) / 3, 12)
  expect(value('mape', predicted, actual)).toBeCloseTo((0.4 + 2 / 5) / 2, 12)
})

test('rounded errors look at whole numbers', () => {
  const predicted = [1.4, 3, 2.6]
  const actual = [1, 5, 0]
  expect(value('mse', predicted, actual, 'rounded')).toBeCloseTo(13 / 3, 12)
  expect(value('rmse', predicted, actual, 'rounded')).toBeCloseTo(Math.sqrt(13 / 3), 12)
  expect(value('mae', predicted, actual, 'rounded')).toBeCloseTo(5 / 3, 12)
  expect(value('mape', predicted, actual, 'rounded')).toBeCloseTo(0.2, 12)
})

test('log loss is that of the given probability and stays finite at certainty', () => {
  expect(value('logloss', [0.8, 0.3], [1, 0])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.7)) / 2, 12)
  expect(value('logloss', [0, 1], [1, 0])).toBeCloseTo(24 * Math.LN2, 6)
})

test('accuracy cuts at one half', () => {
  expect(value('accuracy', [0.5, 0.49, 0.9, 0.1], [1, 1, 0, 0])).toBe(0.5)
})

test('auc is the share of pairs in the right order, ties half', () => {
  for (let trial = 0; trial < 50; trial++) {
    const predicted = Array.from({ length: 30 }, (_, row) => below(12, key(1, trial), row))
    const actual = predicted.map((_, row) => (row === 0 ? 1 : row === 1 ? 0 : below(2, key(2, trial), row)))
    const pairs = predicted.flatMap((high, a) =>
      predicted.flatMap((low, b) =>
        actual[a] === 1 && actual[b] === 0 ? [high > low ? 1 : high === low ? 0.5 : 0] : [],
      ),
    )
    expect(value('auc', predicted, actual)).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 12)
  }
})

test('auc needs both labels, and predictions that are numbers', () => {
  expect(value('auc', [1, 2], [1, 1])).toBeNaN()
  expect(value('auc', [1, Number.NaN], [1, 0])).toBeNaN()
})
