import { expect, test } from 'vitest'
import { holm } from './holm.js'

test('corrected values are those of the definition: they never descend, and stay in the order given', () => {
  // 4 · .005, 3 · .01, 2 · .03, then the largest so far
  const corrected = holm([0.01, 0.04, 0.03, 0.005])
  expect(corrected.map((value) => Number(value.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
})

test('values are at most 1, and what is no test does not count', () => {
  expect(holm([0.6, 0.7])).toEqual([1, 1])
  expect(holm([Number.NaN, 0.02])).toEqual([Number.NaN, 0.02])
  expect(holm([])).toEqual([])
})
