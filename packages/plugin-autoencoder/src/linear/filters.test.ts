import { openKernels } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { randomRows } from '../../test/matrices.js'
import { bspmArrays, gfcfArrays, sharpeningPolynomial, turbocfArrays } from './filters.js'
import { marginals, normalizedGraph } from './graph.js'
import { openItemMatrix } from './itemmatrix.js'
import { topVectors } from './spectrum.js'

const [users, items] = [60, 24]
const rows = randomRows(users, items, 11)
const sums = marginals(rows, items)
type Matrix = number[][]
const build = (value: (i: number, j: number) => number): Matrix =>
  Array.from({ length: items }, (_, i) => Array.from({ length: items }, (_, j) => value(i, j)))
const product = (a: Matrix, b: Matrix) => build((i, j) => a[i]!.reduce((sum, value, k) => sum + value * b[k]![j]!, 0))
/** R~ᵀR~ for R~ = D_u^-a R D_i^(a − 1). */
const similarity = (a: number) =>
  build((i, j) => {
    let sum = 0
    for (let user = 0; user < users; user++) {
      const own = rows.index.subarray(rows.start[user]!, rows.start[user + 1]!)
      if (own.includes(i) && own.includes(j)) sum += sums.rows[user]! ** (-2 * a)
    }
    return sum * (sums.columns[i]! * sums.columns[j]!) ** (a - 1)
  })

/** Scores of single items are the rows of the matrix. */
const rowsOf = (scores: Float32Array): Matrix => build((i, j) => scores[i * items + j]!)
const singles = {
  start: Int32Array.from({ length: items + 1 }, (_, at) => at),
  index: Int32Array.from({ length: items }, (_, at) => at),
}
const difference = (a: Matrix, b: Matrix) =>
  Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))))

test('top vectors are eigenvectors of the normalized graph, and the largest', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 2 })
  const p = similarity(0.5)
  const { vectors, values } = await topVectors(kernels, normalizedGraph(rows, items), items, { vectors: 4, seed: 3 })
  expect(values[0]).toBeCloseTo(1, 5)
  // power iterations with deflation give the same values
  let rest = p
  for (let k = 0; k < 4; k++) {
    let x = Array.from({ length: items }, (_, at) => 1 + ((at * 7) % 5))
    let value = 0
    for (let step = 0; step < 4000; step++) {
      const y = rest.map((row) => row.reduce((sum, number, j) => sum + number * x[j]!, 0))
      value = Math.hypot(...y)
      x = y.map((number) => number / value)
    }
    expect(values[k]).toBeCloseTo(value, 4)
    rest = build((i, j) => rest[i]![j]! - value * x[i]! * x[j]!)
    const own = Array.from({ length: items }, (_, item) => vectors[item * 4 + k]!)
    expect(Math.hypot(...own)).toBeCloseTo(1, 4)
    const moved = p.map((row) => row.reduce((sum, number, j) => sum + number * own[j]!, 0))
    expect(Math.max(...moved.map((number, at) => Math.abs(number - values[k]! * own[at]!)))).toBeLessThan(2e-3)
  }
  await kernels.close()
})

/** D_i^-1/2 V Vᵀ D_i^1/2. */
const lowPass = (vectors: Float32Array, rank: number) =>
  build((i, j) => {
    let sum = 0
    for (let k = 0; k < rank; k++) sum += vectors[i * rank + k]! * vectors[j * rank + k]!
    return sum * Math.sqrt(sums.columns[j]! / sums.columns[i]!)
  })

test('GF-CF and BSPM are what their formulas say', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const graph = normalizedGraph(rows, items)
  const { vectors } = await topVectors(kernels, graph, items, { vectors: 3, seed: 3 })
  const [p, l] = [similarity(0.5), lowPass(vectors, 3)]
  const matrixOf = (arrays: ReturnType<typeof gfcfArrays>) =>
    rowsOf(openItemMatrix(arrays, { items, kernels }).scores(singles))
  const gfcf = matrixOf(gfcfArrays(rows, graph, items, { vectors, weight: 0.3 }))
  expect(
    difference(
      gfcf,
      build((i, j) => p[i]![j]! + 0.3 * l[i]![j]!),
    ),
  ).toBeLessThan(1e-5)

  // one step of the 3/8 rule on dy/dt = −y P
  const start = build((i, j) => p[i]![j]! + 0.2 * l[i]![j]!)
  const h = 2.5
  const slope = (y: Matrix) => product(y, p).map((row) => row.map((value) => -value))
  const ahead = (...terms: readonly (readonly [number, Matrix])[]) =>
    build((i, j) => start[i]![j]! + h * terms.reduce((sum, [factor, matrix]) => sum + factor * matrix[i]![j]!, 0))
  const k1 = slope(start)
  const k2 = slope(ahead([1 / 3, k1]))
  const k3 = slope(ahead([-1 / 3, k1], [1, k2]))
  const k4 = slope(ahead([1, k1], [-1, k2], [1, k3]))
  const rk4 = ahead([1 / 8, k1], [3 / 8, k2], [3 / 8, k3], [1 / 8, k4])
  const settings = { vectors, weight: 0.2, time: h, steps: 1 } as const
  expect(
    difference(matrixOf(bspmArrays(rows, graph, items, { ...settings, method: 'rk4', mean: false })), rk4),
  ).toBeLessThan(1e-5)
  const euler = ahead([1, k1])
  const mean = build((i, j) => (p[i]![j]! + euler[i]![j]!) / 2)
  expect(
    difference(matrixOf(bspmArrays(rows, graph, items, { ...settings, method: 'euler', mean: true })), mean),
  ).toBeLessThan(1e-5)
  await kernels.close()
})

test('many small steps sharpen as the exponential does', () => {
  for (const method of ['euler', 'rk4'] as const) {
    const steps = method === 'euler' ? 400 : 10
    const value = sharpeningPolynomial({ time: 1.2, steps, method }).reduceRight((sum, factor) => sum * 0.7 + factor, 0)
    expect(value).toBeCloseTo(Math.exp(-1.2 * 0.7), 2)
  }
})

test('Turbo-CF is the power of every number, and keeps the largest of each row', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 2 })
  const p = similarity(0.6).map((row) => row.map((value) => value ** 0.7))
  const open = (most?: number) => {
    const arrays = turbocfArrays(kernels, rows, items, { alpha: 0.6, power: 0.7, ...(most && { most }) })
    return rowsOf(openItemMatrix(arrays, { items, kernels }).scores(singles))
  }
  expect(difference(open(), p)).toBeLessThan(1e-5)
  for (const [i, row] of open(5).entries()) {
    const least = [...p[i]!].sort((a, b) => b - a)[4]!
    const kept = row.flatMap((value, j) => (value === 0 ? [] : [j]))
    expect(kept.length).toBe(5)
    for (const j of kept) expect(row[j]).toBeCloseTo(p[i]![j]!, 5)
    for (const j of kept) expect(row[j]).toBeGreaterThan(least - 1e-5)
  }
  await kernels.close()
})
