import { key, normal } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { principalPlane } from './pca.js'

test('points of a tilted ellipse come out along their axes, with the variances of these', () => {
  // deviations 5 and 2 along (0.6, 0.8, 0) and (−0.8, 0.6, 0), 0.1 along the third axis
  const rows = Array.from({ length: 4000 }, (_, row) => {
    const [a, b, c] = [5, 2, 0.1].map((deviation, axis) => deviation * normal(key(1, axis), row)) as [
      number,
      number,
      number,
    ]
    return { a, b, point: [10 + 0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b, c] }
  })
  const { x, y, shares } = principalPlane({ values: rows.flatMap(({ point }) => point), width: 3 })
  const [first, second] = shares
  expect(first).toBeCloseTo(25 / 29, 1)
  expect(second).toBeCloseTo(4 / 29, 1)
  // correlation of the coordinates with those that made the points
  const alike = (found: Float64Array, of: (row: number) => number) => {
    const centered = (values: readonly number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.map((value) => value - mean)
    }
    const [p, q] = [centered([...found]), centered(rows.map((_, row) => of(row)))]
    const dot = (u: readonly number[], v: readonly number[]) =>
      u.reduce((sum, value, place) => sum + value * v[place]!, 0)
    return Math.abs(dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)))
  }
  expect(alike(x, (row) => rows[row]!.a)).toBeGreaterThan(0.999)
  expect(alike(y, (row) => rows[row]!.b)).toBeGreaterThan(0.99)
})

test('equal points lie on one place', () => {
  const { x, y, shares } = principalPlane({ values: [1, 2, 1, 2, 1, 2], width: 2 })
  expect([[...x], [...y], shares]).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0],
  ])
})
