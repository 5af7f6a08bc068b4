import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import type { Predictions } from '../../contract/metric.js'
import { metrics } from './index.js'

const value = (name: string, predicted: readonly number[], actual: readonly number[], variant?: string) =>
  metrics[name]!.predictions!({ predicted, actual }, variant)

test('errors of a small example', () => {
  const predicted = [1.4, 3, 2.6]
  const actual = [1, 5, 0]
  expect(value('mse', predicted, actual)).toBeCloseTo((0.16 + 4 + 6.76) / 3, 12)
  expect(value('rmse', predicted, actual)).toBeCloseTo(Math.sqrt((0.16 + 4 + 6.76) / 3), 12)
  expect(value('mae', predicted, actual)).toBeCloseTo((0.4 + 2 + 2.6) / 3, 12)
  expect(value('mape', predicted, actual)).toBeCloseTo((0.4 + 2 / 5) / 2, 12)
})

test('rounded errors are those of predictions rounded to integers', () => {
  const predicted = [1.4, 3, 2.6]
  const actual = [1, 5, 0]
  expect(value('mse', predicted, actual, 'rounded')).toBeCloseTo(13 / 3, 12)
  expect(value('rmse', predicted, actual, 'rounded')).toBeCloseTo(Math.sqrt(13 / 3), 12)
  expect(value('mae', predicted, actual, 'rounded')).toBeCloseTo(5 / 3, 12)
  expect(value('mape', predicted, actual, 'rounded')).toBeCloseTo(0.2, 12)
})

test('log loss is −ln of the probability of the label, finite at 0 and 1', () => {
  expect(value('logloss', [0.8, 0.3], [1, 0])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.7)) / 2, 12)
  expect(value('logloss', [0, 1], [1, 0])).toBeCloseTo(24 * Math.LN2, 6)
})

test('accuracy has the threshold ½', () => {
  expect(value('accuracy', [0.5, 0.49, 0.9, 0.1], [1, 1, 0, 0])).toBe(0.5)
})

test('precision and recall without k are those of the label 1', () => {
  const rows = { predicted: [0.9, 0.8, 0.4, 0.1, 0.7], actual: [1, 0, 1, 0, 1] }
  expect(metrics['precision']!.withoutK!.predictions!(rows)).toBeCloseTo(2 / 3, 12)
  expect(metrics['recall']!.withoutK!.predictions!(rows)).toBeCloseTo(2 / 3, 12)
})

/** Four rows of three classes: the classes 0, 0, 1 and 1, predicted as 0, 1, 1 and 1; class 2 has no rows. */
const ofClasses: Predictions = {
  predicted: [0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.8, 0.1, 0.3, 0.4, 0.3],
  actual: [0, 0, 1, 1],
  classes: 3,
}

test('with classes the most probable one counts, and means are over the classes with rows', () => {
  const of = (name: string) => (metrics[name]!.withoutK ?? metrics[name]!).predictions!(ofClasses)
  expect(of('accuracy')).toBe(0.75)
  expect(of('logloss')).toBeCloseTo(-(Math.log(0.6) + Math.log(0.2) + Math.log(0.8) + Math.log(0.4)) / 4, 12)
  expect(of('precision')).toBeCloseTo((1 + 2 / 3) / 2, 12)
  expect(of('recall')).toBeCloseTo((1 / 2 + 1) / 2, 12)
  expect(of('f1')).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12)
})

test('a class that is never predicted has precision 0', () => {
  const rows = { predicted: [0.9, 0.1, 0.8, 0.2], actual: [0, 1], classes: 2 }
  expect(metrics['precision']!.withoutK!.predictions!(rows)).toBe(0.25)
  expect(metrics['recall']!.withoutK!.predictions!(rows)).toBe(0.5)
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

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const errors =
  (error: (predicted: number, actual: number) => number) =>
  ({ predicted, actual }: Predictions) =>
    mean(Array.from(actual, (value, row) => error(predicted[row]!, value)))
const halvesUp = (oracle: (rows: Predictions) => number) => (rows: Predictions) =>
  oracle({ ...rows, predicted: Array.from(rows.predicted, (value) => Math.floor(value + 0.5)) })
const mse = errors((predicted, actual) => (predicted - actual) ** 2)
const mae = errors((predicted, actual) => Math.abs(predicted - actual))
const mape = errors((predicted, actual) => Math.abs(predicted / actual - 1))
const rmse = (rows: Predictions) => Math.sqrt(mse(rows))
/** Share of targets that a normal distribution around the prediction has within `z` standard deviations. */
const within = (z: number) => errors((predicted, actual) => Number(Math.abs(actual - predicted) <= 0.7 * z))

/** Every metric of predictions once more, with each of its variants; standard deviations are 0.7. */
const oracles: Readonly<Record<string, (rows: Predictions) => number>> = {
  ...{ mse, mae, mape, rmse },
  'mse(rounded)': halvesUp(mse),
  'mae(rounded)': halvesUp(mae),
  'mape(rounded)': halvesUp(mape),
  'rmse(rounded)': halvesUp(rmse),
  f1: ({ predicted, actual }) => {
    const found = Array.from(predicted, (value) => Number(value >= 0.5))
    const right = found.filter((value, row) => value === 1 && actual[row] === 1).length
    const precision = right / found.filter((value) => value === 1).length
    const recall = right / Array.from(actual).filter((value) => value === 1).length
    return right === 0 ? 0 : 2 / (1 / precision + 1 / recall)
  },
  accuracy: errors((predicted, actual) => Number(predicted >= 0.5 === (actual === 1))),
  logloss: errors((predicted, actual) => -Math.log(actual === 1 ? predicted : 1 - predicted)),
  auc: ({ predicted, actual }) => {
    const of = (label: number) => Array.from(predicted).filter((_, row) => actual[row] === label)
    return mean(of(1).flatMap((high) => of(0).map((low) => (high > low ? 1 : high === low ? 0.5 : 0))))
  },
  'auc(per-user)': ({ predicted, actual, users }) => {
    const own = [0, 1, 2].map((user) => [...Array.from(actual).keys()].filter((row) => users![row] === user))
    const mixed = own.filter((rows) => new Set(rows.map((row) => actual[row])).size === 2)
    const aucs = mixed.map(
      (rows) =>
        rows.length *
        oracles['auc']!({ predicted: rows.map((row) => predicted[row]!), actual: rows.map((row) => actual[row]!) }),
    )
    return aucs.reduce((sum, one) => sum + one, 0) / mixed.flat().length
  },
  ece: ({ predicted, actual }) => {
    const bins = Array.from({ length: 15 }, (_, bin) =>
      Array.from(predicted).flatMap((value, row) =>
        value >= bin / 15 && (value < (bin + 1) / 15 || bin === 14) ? [row] : [],
      ),
    ).filter((rows) => rows.length > 0)
    const gap = (rows: readonly number[]) =>
      Math.abs(mean(rows.map((row) => actual[row]!)) - mean(rows.map((row) => predicted[row]!)))
    return bins.reduce((sum, rows) => sum + (rows.length / actual.length) * gap(rows), 0)
  },
  nll: errors((predicted, actual) => ((predicted - actual) / 0.7) ** 2 / 2 + Math.log(0.7 * Math.sqrt(2 * Math.PI))),
  intervalCoverage: within(1.6448536),
  'intervalCoverage(0.5)': within(0.6744898),
}

test('every metric of predictions, and every variant, has an oracle', () => {
  const expected = Object.entries(metrics).flatMap(([name, { of, variants }]) =>
    of !== 'predictions'
      ? []
      : [name, ...(variants === 'share' ? ['0.5'] : variants).map((variant) => `${name}(${variant})`)],
  )
  expect(Object.keys(oracles).sort()).toEqual(expected.sort())
})

test.each(Object.keys(oracles))('%s agrees with its definition on random rows', (text) => {
  const [name, variant] = text.split(/[()]/) as [string, string | undefined]
  const definition = metrics[name]!
  const labels = definition.needsProbabilities || name === 'auc' || name === 'accuracy'
  for (let trial = 0; trial < 20; trial++) {
    const draw = (stream: number, row: number, count: number) => below(count, key(stream, trial), row)
    const actual = Array.from({ length: 40 }, (_, row) => (labels ? draw(1, row, 2) : 1 + draw(1, row, 5)))
    const predicted = actual.map((_, row) => (labels ? (1 + draw(2, row, 18)) / 20 : draw(2, row, 13) / 2))
    const distribution = { means: predicted, deviations: [0.7] }
    const users = actual.map((_, row) => draw(3, row, 3))
    const rows = { predicted, actual, users, ...(definition.needsDistribution ? { distribution } : {}) }
    expect(definition.predictions!(rows, variant)).toBeCloseTo(oracles[text]!(rows), 9)
  }
})
