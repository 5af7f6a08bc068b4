import { expect, test } from 'vitest'
import { inverseFrequencies } from './idf.js'

test('a row weighs more the fewer texts have it; a text counts as often as it occurs', () => {
  const rows: Record<string, number[]> = { a: [1, 1, 2], b: [2] }
  const cells = new Map([
    ['a', 1],
    ['b', 3],
    [undefined, 5],
  ])
  expect(inverseFrequencies(cells, 4, (cell) => rows[cell as string]!)).toEqual([
    Math.log(5 / 2) + 1,
    Math.log(5 / 5) + 1,
    Math.log(5 / 1) + 1,
  ])
})
