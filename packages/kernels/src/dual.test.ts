import { expect, test } from 'vitest'
import { hardProblem, reference } from '../../../bench/problems.js'
import type { HalfStep } from './halfstep.js'
import type { Kernels } from './kernels.js'
import { openKernels } from './open.js'
import { below, key, normal, uniform } from './random.js'

interface Shape {
  readonly rows: number
  readonly columns: number
  readonly dim: number
  readonly unobserved: number
  readonly part: number
  readonly weight?: (at: number) => number
}

/** A half-step with enough short rows for the dual systems to pay off; every seventh row is empty, some are long. */
const crowd = (kernels: Kernels, { rows, columns, dim, unobserved, part, weight }: Shape): HalfStep => {
  const fill = (length: number, of: (at: number) => number) => {
    const array = kernels.float32(length)
    for (let at = 0; at < length; at++) array[at] = of(at)
    return array
  }
  const start = kernels.int32(rows + 1)
  for (let row = 0; row < rows; row++)
    start[row + 1] = start[row]! + (row % 7 === 6 ? 0 : 1 + below(row % 11 === 3 ? 2 * dim : dim >> 1, key(part), row))
  const index = kernels.int32(start[rows]!)
  for (let at = 0; at < index.length; at++) index[at] = below(columns, key(part, 1), at)
  return {
    solved: fill(rows * dim, (at) => normal(key(part, 2), at)),
    fixed: fill(columns * dim, (at) => (normal(key(part, 3), at) + (at % dim === 0 ? 1 : 0)) / Math.sqrt(dim)),
    ...{ dim, start, index, unobserved },
    weight: fill(index.length, weight ?? ((at) => unobserved + 0.5 + 3 * uniform(key(part, 4), at))),
    target: fill(index.length, (at) => 1 + normal(key(part, 5), at)),
    ridge: fill(rows, (row) => 0.5 + (row % 3)),
  }
}

/** A half-step of one row, for which preparing dual systems would cost more than it saves. */
const alone = (half: HalfStep, row: number): HalfStep => {
  const [first, end] = [half.start[row]!, half.start[row + 1]!]
  const [index, weight, target] = [half.index, half.weight, half.target].map((array) => array.slice(first, end))
  return {
    ...half,
    ...{ index: index as Int32Array, weight: weight as Float32Array, target: target as Float32Array },
    solved: new Float32Array(half.dim),
    start: Int32Array.of(0, end - first),
    ridge: half.ridge.slice(row, row + 1),
  }
}

const distance = (x: Float32Array, y: ArrayLike<number>): number =>
  Math.hypot(...x.map((value, z) => value - y[z]!)) / Math.max(Math.hypot(...Array.from(y)), 1e-30)

const solve = async (shape: Shape) => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const reference = await openKernels({ implementation: 'typescript' })
  const [half, same] = [crowd(kernels, shape), crowd(reference, shape)]
  const before = Float32Array.from(half.fixed)
  const outcomes = [await kernels.cholesky(half), await reference.cholesky(same)]
  expect(half.fixed).toEqual(before)
  const row = (table: Float32Array, at: number) => table.subarray(at * shape.dim, (at + 1) * shape.dim)
  const far = Array.from({ length: shape.rows }, (_, at) => distance(row(half.solved, at), row(same.solved, at)))
  return { kernels, half, outcomes, row, worst: Math.max(...far) }
}

test.each([
  [16, 0],
  [16, 0.1],
  [21, 0],
  [21, 0.1],
  [48, 1],
  [64, 0],
  [64, 0.1],
  [100, 0.3],
])(
  'short rows of width %i with unobserved weight %d are the reference`s, in the basis they came in',
  async (dim, unobserved) => {
    const shape = { rows: 350, columns: 150, dim, unobserved, part: dim }
    const { kernels, half, outcomes, row, worst } = await solve(shape)
    expect(outcomes).toEqual([
      { jittered: 0, kept: 0 },
      { jittered: 0, kept: 0 },
    ])
    expect(worst).toBeLessThan(1e-5)
    // both ways to the solution round differently, so both were taken
    let apart = 0
    for (let own = 0; own < 40; own++) {
      const single = alone(half, own)
      await kernels.cholesky(single)
      expect(distance(single.solved, row(half.solved, own))).toBeLessThan(1e-5)
      if (unobserved > 0 && single.solved.some((value, z) => value !== row(half.solved, own)[z])) apart++
    }
    if (unobserved > 0) expect(apart).toBeGreaterThan(20)
  },
)

test('rows with weights at most the unobserved weight, or too large for float32, are solved like long rows', async () => {
  const shape = { rows: 350, columns: 150, dim: 32, part: 3 }
  const lighter = await solve({ ...shape, unobserved: 1, weight: (at) => 0.8 + 0.5 * uniform(key(5), at) })
  expect(lighter.outcomes[0]).toEqual(lighter.outcomes[1])
  expect(lighter.worst).toBeLessThan(1e-5)
  const equal = await solve({ ...shape, unobserved: 1, weight: () => 1 })
  expect(equal.worst).toBeLessThan(1e-5)
  const heavy = await solve({ ...shape, unobserved: 0.1, weight: (at) => 10 ** below(8, key(6), at) })
  expect(heavy.outcomes[0]).toEqual({ jittered: 0, kept: 0 })
  expect(heavy.worst).toBeLessThan(1e-4)
})

test('short rows have the same bytes on any number of threads', async () => {
  const results: Float32Array[] = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const half = crowd(kernels, { rows: 1500, columns: 400, dim: 40, unobserved: 0.2, part: 2 })
    await kernels.cholesky(half)
    results.push(Float32Array.from(half.solved))
    await kernels.close()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

test('ill-conditioned short rows have finite solutions; well-posed ones match elimination with pivots', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const rows = 160
  const seen = { compared: 0, worst: 0 }
  for (let part = 2e6; part < 2e6 + 40; part++) {
    const half = hardProblem(part, rows)
    const { dim, solved } = half
    await kernels.cholesky(half)
    expect(solved.every(Number.isFinite)).toBe(true)
    for (let row = 0; row < rows; row += 4) {
      const expected = reference(half, row)
      if (!expected || !(expected.condition < 1e6 * dim)) continue
      seen.compared++
      seen.worst = Math.max(seen.worst, distance(solved.subarray(row * dim, (row + 1) * dim), expected.x))
    }
  }
  expect(seen.worst).toBeLessThan(1e-4)
  expect(seen.compared).toBeGreaterThan(500)
})
