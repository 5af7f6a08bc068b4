import { expect, test } from 'vitest'
import type { RecommendedLists } from '../../contract/metric.js'
import { metrics } from './index.js'

// three users, two items each; the last list is shorter; item 3 is never recommended and item 2 has no events
const lists: RecommendedLists = {
  items: Int32Array.of(0, 1, 0, 2, 0, -1),
  k: 2,
  events: Int32Array.of(4, 2, 0, 1),
  users: 4,
}
const value = (name: string) => metrics[name]!.lists!(lists)

/** Every metric of lists, computed by hand. */
const expected: Readonly<Record<string, number>> = {
  averagePopularity: (3 * 4 + 2 + 0) / 5,
  coverage: 3 / 4,
  // exposures 3, 1, 1, 0: mean absolute difference of all pairs by twice the mean
  gini: (2 * (2 + 2 + 3 + 0 + 1 + 1)) / (2 * 4 * 5),
  novelty: (3 * Math.log2(4 / 4) + Math.log2(4 / 2) + Math.log2(4 / 1)) / 5,
}

test('every metric of lists has an expected value', () => {
  const named = Object.entries(metrics).flatMap(([name, { of }]) => (of === 'lists' ? [name] : []))
  expect(Object.keys(expected).sort()).toEqual(named.sort())
})

test.each(Object.keys(expected))('%s agrees with its definition', (name) => {
  expect(value(name)).toBeCloseTo(expected[name]!, 12)
})
