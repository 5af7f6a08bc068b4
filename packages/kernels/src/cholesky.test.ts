import { expect, test } from 'vitest'
import type { HalfStep } from './halfstep.js'
import type { Kernels } from './kernels.js'
import { openKernels } from './open.js'
import { below, key, normal, uniform } from './random.js'

interface Shape {
  readonly rows: number
  readonly columns: number
  readonly dim: number
  readonly cells: number
  readonly unobserved: number
  readonly ridge: number
  readonly part: number
}

/** A random half-step; every third row has no cells, cells repeat, targets and weights vary. */
const problem = (kernels: Kernels, { rows, columns, dim, cells, unobserved, ridge, part }: Shape): HalfStep => {
  const start = kernels.int32(rows + 1)
  for (let row = 0; row < rows; row++)
    start[row + 1] = start[row]! + (row % 3 === 2 ? 0 : below(2 * cells, key(part), row))
  const n = start[rows]!
  const fill = (length: number, of: (at: number) => number) => {
    const array = kernels.float32(length)
    for (let at = 0; at < length; at++) array[at] = of(at)
    return array
  }
  const index = kernels.int32(n)
  for (let at = 0; at < n; at++) index[at] = below(columns, key(part, 1), at)
  return {
    solved: fill(rows * dim, (at) => normal(key(part, 2), at)),
    fixed: fill(columns * dim, (at) => normal(key(part, 3), at) / Math.sqrt(dim)),
    dim,
    start,
    index,
    weight: fill(n, (at) => (part % 2 ? 1 : 1 + 3 * uniform(key(part, 4), at))),
    target: fill(n, (at) => (part % 2 ? 1 : 1 + normal(key(part, 5), at))),
    unobserved,
    ridge: fill(rows, () => ridge),
  }
}

test.each([1, 2, 3, 5, 8, 13, 16, 24, 33, 64])('rows of width %i solve their normal equations', async (dim) => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  for (const [part, unobserved] of [0, 0.1, 1].entries()) {
    const shape = { rows: 40, columns: 90, dim, cells: 60, unobserved, ridge: 0.5, part }
    const wasm = problem(kernels, shape)
    const typescript = problem(reference, shape)
    expect(await kernels.cholesky(wasm)).toEqual({ jittered: 0, kept: 0 })
    expect(await reference.cholesky(typescript)).toEqual({ jittered: 0, kept: 0 })
    for (let row = 0; row < 40; row++) {
      const x = wasm.solved.subarray(row * dim, (row + 1) * dim)
      const y = typescript.solved.subarray(row * dim, (row + 1) * dim)
      const size = Math.max(...y.map(Math.abs))
      if (wasm.start[row] === wasm.start[row + 1]) expect(size).toBe(0)
      for (let z = 0; z < dim; z++) expect(Math.abs(x[z]! - y[z]!)).toBeLessThanOrEqual(1e-5 * size)
      // the gradient of the objective by its definition, over every cell
      const slope = new Float64Array(dim)
      const dot = (column: number) => {
        let sum = 0
        for (let z = 0; z < dim; z++) sum += y[z]! * wasm.fixed[column * dim + z]!
        return sum
      }
      const along = (column: number, factor: number) => {
        for (let z = 0; z < dim; z++) slope[z] = slope[z]! + factor * wasm.fixed[column * dim + z]!
      }
      for (let column = 0; column < 90; column++) along(column, unobserved * dot(column))
      for (let cell = wasm.start[row]!; cell < wasm.start[row + 1]!; cell++) {
        const [column, c, t] = [wasm.index[cell]!, wasm.weight[cell]!, wasm.target[cell]!]
        along(column, (c - unobserved) * dot(column) - c * t)
      }
      for (let z = 0; z < dim; z++) expect(Math.abs(slope[z]! + 0.5 * y[z]!)).toBeLessThan(1e-3)
    }
  }
})

test('rows have the same bytes on any number of threads', async () => {
  const results: Float32Array[] = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const half = problem(kernels, { rows: 900, columns: 300, dim: 21, cells: 50, unobserved: 0.2, ridge: 0.1, part: 2 })
    await kernels.cholesky(half)
    results.push(Float32Array.from(half.solved))
    await kernels.close()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

test('a row of 40,000 cells is as exact as a short one', async () => {
  const shape = { rows: 2, columns: 500, dim: 24, cells: 25_000, unobserved: 0.1, ridge: 0.5, part: 6 }
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  const [wasm, typescript] = [problem(kernels, shape), problem(reference, shape)]
  expect(Math.max(wasm.start[1]!, wasm.start[2]! - wasm.start[1]!)).toBeGreaterThan(40_000)
  await kernels.cholesky(wasm)
  await reference.cholesky(typescript)
  const size = Math.max(...typescript.solved.map(Math.abs))
  for (let at = 0; at < wasm.solved.length; at++)
    expect(Math.abs(wasm.solved[at]! - typescript.solved[at]!)).toBeLessThan(1e-5 * size)
})

test('arrays outside the memory are solved too', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  const half = problem(reference, { rows: 10, columns: 20, dim: 5, cells: 9, unobserved: 0, ridge: 1, part: 4 })
  const before = Float32Array.from(half.solved)
  await kernels.cholesky(half)
  const solved = Float32Array.from(half.solved)
  half.solved.set(before)
  await reference.cholesky(half)
  for (let at = 0; at < solved.length; at++) expect(solved[at]).toBeCloseTo(half.solved[at]!, 4)
})

test('ill-conditioned rows have finite solutions', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  const tally = { jittered: 0, kept: 0, rows: 0 }
  for (let part = 0; part < 400; part++) {
    const draws = key(77, part)
    const dim = 1 + below(12, draws, 0)
    const size = 10 ** (below(40, draws, 1) - 20)
    const heavy = 10 ** (below(30, draws, 2) - 10)
    const ridge = below(2, draws, 3) ? 0 : 10 ** (below(30, draws, 4) - 25)
    const shape = { rows: 12, columns: 6, dim, cells: 8, unobserved: below(3, draws, 5) / 2, ridge, part }
    const halves = [kernels, reference].map((each) => {
      const half = problem(each, shape)
      for (let at = 0; at < half.fixed.length; at++) {
        // columns that are nearly parallel
        const same = half.fixed[at % dim]!
        half.fixed[at] = size * (same + (below(2, draws, 6) ? 0 : 1e-6 * half.fixed[at]!))
      }
      for (let at = 0; at < half.weight.length; at++)
        half.weight[at] = half.weight[at]! * heavy * (part % 7 === 3 ? -1 : 1)
      return half
    })
    for (const [turn, each] of [kernels, reference].entries()) {
      const { jittered, kept } = await each.cholesky(halves[turn]!)
      expect(halves[turn]!.solved.every(Number.isFinite)).toBe(true)
      tally.jittered += jittered
      tally.kept += kept
      tally.rows += 12
    }
  }
  expect(tally.rows).toBe(9600)
  expect(tally.jittered).toBeGreaterThan(100)
  expect(tally.kept).toBeGreaterThan(100)
})

test('a warm start that is not finite becomes zeros', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const half = problem(kernels, { rows: 1, columns: 4, dim: 3, cells: 6, unobserved: 0, ridge: 0, part: 0 })
    half.solved.fill(Number.NaN)
    half.weight.fill(-1)
    expect(await kernels.cholesky(half)).toEqual({ jittered: 0, kept: 1 })
    expect([...half.solved]).toEqual([0, 0, 0])
  }
})
