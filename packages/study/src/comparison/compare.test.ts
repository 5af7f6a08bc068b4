import { type Measured, metrics, parseMetric } from '@recspec/core'
import { key, normal, uniform } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { compare } from './compare.js'
import type { MeasuredModel } from './comparison.js'
import { mismatchOf } from './pairing.js'

const OPTIONS = { samples: 2000, seed: 0, level: 0.95 }
const USERS = 100
const ROWS = 4

/** Users 0 … 99 with four rows each, the last four rows of unknown users. */
const users = Int32Array.from({ length: USERS * ROWS + 4 }, (_, row) =>
  row < USERS * ROWS ? Math.floor(row / ROWS) : -1,
)
const actual = Float64Array.from(users, (_, row) => 1 + Math.floor(5 * uniform(1, row)))
const spec = (text: string) => parseMetric(text, (name) => metrics[name])

/** Predictions that miss by normal errors of a deviation. */
const predicting = (name: string, deviation: number, run: number, change: Partial<Measured> = {}): MeasuredModel => {
  const predicted = actual.map((value, row) => value + deviation * normal(key(7, run), row))
  const [rmse, mae] = [spec('rmse'), spec('mae')]
  return {
    name,
    metrics: [rmse, mae],
    evaluation: {
      protocol: 'given',
      metrics: Object.fromEntries(
        [rmse, mae].map((one) => [one.text, one.definition.predictions!({ predicted, actual })]),
      ),
      baseline: {},
      rows: actual.length,
      unknown: { users: 4, items: 0 },
      units: { predictions: { users, rows: { predicted, actual } } },
      ...change,
    },
  }
}

/** Hits of one held-out item per user, of a given probability. */
const ranking = (name: string, chance: number, run: number): MeasuredModel => {
  const values = Float64Array.from({ length: 400 }, (_, user) => (uniform(key(8, run), user) < chance ? 1 : 0))
  return {
    name,
    metrics: [spec('hr@10')],
    evaluation: {
      protocol: 'leave-one-out/all',
      metrics: { 'hr@10': values.reduce((sum, value) => sum + value, 0) / 400 },
      baseline: {},
      rows: 400,
      unknown: { users: 0, items: 0 },
      units: {
        rankings: {
          users: Int32Array.from(values.keys()),
          values: new Map([['hr@10', values]]),
          weights: new Map([['hr@10', new Float64Array(400).fill(1)]]),
        },
      },
    },
  }
}

test('predictions: a worse model is told apart, an equal one is noise', () => {
  const found = compare([predicting('a', 0.8, 1), predicting('b', 1.1, 2), predicting('c', 0.8, 3)], OPTIONS)
  expect(found).toMatchObject({ against: 'a', protocol: 'given', rows: 404, omitted: [] })
  const [rmse] = found.metrics
  expect([rmse!.metric, rmse!.better, rmse!.users]).toEqual(['rmse', 'lower', USERS + 4])
  expect(rmse!.differences.map(({ model, verdict }) => [model, verdict])).toEqual([
    ['b', 'worse'],
    ['c', 'noise'],
  ])
  const [worse] = rmse!.differences
  expect(worse!.interval!.low).toBeGreaterThan(0)
  // two models and two metrics are four tests
  expect(worse!.bootstrap!.corrected).toBeCloseTo(4 * worse!.bootstrap!.p, 12)
  expect(worse!.wilcoxon).toMatchObject({ pairs: USERS + 4, zeros: 0, method: 'normal' })
  for (const { value, interval } of rmse!.values) {
    expect(interval!.low).toBeLessThan(value)
    expect(interval!.high).toBeGreaterThan(value)
  }
})

test('rankings: the interval of a share is that of the binomial distribution', () => {
  const { metrics: found } = compare([ranking('a', 0.5, 1), ranking('b', 0.7, 2)], OPTIONS)
  const { value, interval } = found[0]!.values[0]!
  const deviation = Math.sqrt((value * (1 - value)) / 400)
  expect(Math.abs((interval!.high - interval!.low) / (2 * 1.96 * deviation) - 1)).toBeLessThan(0.1)
  expect(found[0]!.differences[0]).toMatchObject({ model: 'b', against: 'a', verdict: 'better' })
})

test('metrics that not all models measure are named, not compared', () => {
  const { metrics: own, ...rest } = predicting('b', 1, 2)
  const found = compare([predicting('a', 1, 1), { ...rest, metrics: own.slice(0, 1) }], OPTIONS)
  expect(found.metrics.map(({ metric }) => metric)).toEqual(['rmse'])
  expect(found.omitted).toEqual(['mae'])
})

test('without what users contribute there are values, and no tests', () => {
  const { units: _, ...evaluation } = predicting('b', 1, 2).evaluation
  const bare = { ...predicting('b', 1, 2), evaluation }
  const { differences, values } = compare([predicting('a', 1, 1), bare], OPTIONS).metrics[0]!
  expect(values[1]).toEqual({ model: 'b', value: evaluation.metrics['rmse'] })
  expect(differences).toEqual([{ model: 'b', against: 'a', value: expect.any(Number), verdict: 'untested' }])
})

test('measurements of other rows or protocols are refused with the reason', () => {
  const a = predicting('a', 1, 1)
  expect(mismatchOf(a, predicting('b', 1, 2))).toBeUndefined()
  expect(mismatchOf(a, predicting('b', 1, 2, { protocol: 'ratio-0.1' }))?.reason).toBe(
    'a and b have different protocols: given and ratio-0.1',
  )
  expect(mismatchOf(a, predicting('b', 1, 2, { rows: 3 }))?.reason).toBe('a and b were measured on 404 and 3 test rows')
  const receipt = (seed: number, tests: string) => ({ receipt: { seed, tests } })
  expect(mismatchOf(predicting('a', 1, 1, receipt(0, 'aa')), predicting('b', 1, 2, receipt(1, 'bb')))?.reason).toBe(
    'a and b were measured on other test rows: seeds 0 and 1',
  )
  // the rows of given test rows do not depend on the seed
  expect(mismatchOf(predicting('a', 1, 1, receipt(0, 'aa')), predicting('b', 1, 2, receipt(1, 'aa')))).toBeUndefined()
  const changed = (rows: Partial<{ users: Int32Array; actual: Float64Array }>) =>
    predicting('b', 1, 2, {
      units: {
        predictions: { users: rows.users ?? users, rows: { predicted: actual, actual: rows.actual ?? actual } },
      },
    })
  expect(mismatchOf(a, changed({ users: users.map((user) => user ^ 1) }))?.reason).toContain('rows of different users')
  expect(mismatchOf(a, changed({ actual: actual.map((value) => 6 - value) }))?.reason).toContain('different targets')
})

test('of comparisons between equal models about 5 % find a difference', () => {
  const once = { ...OPTIONS, samples: 300 }
  let found = 0
  for (let run = 0; run < 200; run++) {
    const models = [ranking('a', 0.3, 2 * run + 10), ranking('b', 0.3, 2 * run + 11)]
    if (compare(models, once).metrics[0]!.differences[0]!.bootstrap!.p <= 0.05) found++
  }
  expect(found).toBeGreaterThanOrEqual(2)
  expect(found).toBeLessThanOrEqual(20)
})

test('metrics of users know whose rows were drawn', () => {
  // one user ranks their rows right, the other wrong: auc is 1 or 0 by user
  const predicted = Float64Array.of(0.9, 0.1, 0.1, 0.9)
  const labels = Float64Array.of(1, 0, 1, 0)
  const of = Int32Array.of(0, 0, 1, 1)
  const rows = { predicted, actual: labels, users: of }
  const model = (name: string): MeasuredModel => ({
    name,
    metrics: [spec('auc(per-user)')],
    evaluation: {
      ...{ protocol: 'given', metrics: { 'auc(per-user)': 0.5 }, baseline: {}, rows: 4 },
      unknown: { users: 0, items: 0 },
      units: { predictions: { users: of, rows } },
    },
  })
  const { interval } = compare([model('a'), model('b')], OPTIONS).metrics[0]!.values[0]!
  // drawn: 0, 0.5 and 1, a quarter, a half and a quarter of the samples
  expect(interval).toEqual({ low: 0, high: 1 })
})
