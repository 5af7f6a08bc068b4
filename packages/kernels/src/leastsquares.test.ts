import { expect, test } from 'vitest'
import { gram } from './gram.js'
import type { HalfStep, LeastSquaresMethod } from './halfstep.js'
import { jacobi } from './jacobi.js'
import type { Kernels } from './kernels.js'
import { openKernels } from './open.js'
import { below, key, normal, uniform } from './random.js'

interface Shape {
  readonly rows: number
  readonly columns: number
  readonly dim: number
  readonly cells: number
  readonly unobserved: number
  readonly part: number
}

/**
 * A random half-step: every fifth row has no cells, the first has 40 times as many as others, weights and targets vary.
 */
const problem = (kernels: Kernels, { rows, columns, dim, cells, unobserved, part }: Shape): HalfStep => {
  const start = kernels.int32(rows + 1)
  for (let row = 0; row < rows; row++) {
    const most = (row === 0 ? 40 : 2) * cells
    start[row + 1] = start[row]! + (row % 5 === 4 ? 0 : 1 + below(most, key(part), row))
  }
  const n = start[rows]!
  const fill = (length: number, of: (at: number) => number) => {
    const array = kernels.float32(length)
    for (let at = 0; at < length; at++) array[at] = of(at)
    return array
  }
  const index = kernels.int32(n)
  for (let row = 0; row < rows; row++) {
    const own = Array.from({ length: start[row + 1]! - start[row]! }, (_, k) => below(columns, key(part, 1, row), k))
    index.set(
      own.sort((a, b) => a - b),
      start[row]!,
    )
  }
  return {
    solved: fill(rows * dim, (at) => 0.3 * normal(key(part, 2), at)),
    // distinct eigenvalues, or float32 and float64 could order eigenvectors differently
    fixed: fill(columns * dim, (at) => (normal(key(part, 3), at) * 20 ** (-(at % dim) / dim)) / Math.sqrt(dim)),
    dim,
    start,
    index,
    weight: fill(n, (at) => unobserved + 0.5 + uniform(key(part, 4), at)),
    target: fill(n, (at) => 1 + 0.3 * normal(key(part, 5), at)),
    unobserved,
    ridge: fill(rows, (row) => 0.1 * (1 + start[row + 1]! - start[row]!)),
  }
}

/** Σ over cells of a row, observed and not, of c (t − ŷ)², and the ridge: float64, by definition. */
const objective = (half: HalfStep, row: number): number => {
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const score = (column: number) => {
    let sum = 0
    for (let z = 0; z < dim; z++) sum += solved[row * dim + z]! * fixed[column * dim + z]!
    return sum
  }
  let sum = 0
  for (let column = 0; column < fixed.length / dim; column++) sum += unobserved * score(column) ** 2
  for (let cell = start[row]!; cell < start[row + 1]!; cell++) {
    const predicted = score(index[cell]!)
    sum += weight[cell]! * (target[cell]! - predicted) ** 2 - unobserved * predicted ** 2
  }
  for (let z = 0; z < dim; z++) sum += ridge[row]! * solved[row * dim + z]! ** 2
  return sum
}

/** Scores of the first rows on the first columns, which do not depend on the basis. */
const scores = ({ solved, fixed, dim }: HalfStep): number[] => {
  const out: number[] = []
  for (let row = 0; row * dim < solved.length; row++) {
    for (let column = 0; column < 12; column++) {
      let sum = 0
      for (let z = 0; z < dim; z++) sum += solved[row * dim + z]! * fixed[column * dim + z]!
      out.push(sum)
    }
  }
  return out
}

const far = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, at) => Math.abs(value - b[at]!))) / Math.max(...b.map(Math.abs))

const both = async (shape: Shape, method: LeastSquaresMethod): Promise<[wasm: HalfStep, reference: HalfStep]> => {
  const halves: HalfStep[] = []
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const half = problem(kernels, shape)
    expect(await kernels.leastSquares(half, method)).toEqual({ jittered: 0, kept: 0 })
    halves.push(half)
  }
  return halves as [HalfStep, HalfStep]
}

const cg = (steps: number): LeastSquaresMethod => ({ name: 'cg', steps })

test.each([1, 3, 8, 16, 17, 30, 48, 64])(
  'conjugate gradients of width %i follow the reference step by step',
  async (dim) => {
    for (const [part, unobserved] of [0, 0.1].entries()) {
      const shape = { rows: 30, columns: 120, dim, cells: 20, unobserved, part }
      const path: number[][] = []
      for (const steps of [1, 2, 3, 6]) {
        const [wasm, reference] = await both(shape, cg(steps))
        path.push(scores(wasm))
        expect(far(scores(wasm), scores(reference))).toBeLessThan(1e-3)
      }
      if (dim > 8) expect(far(path[0]!, path[1]!)).toBeGreaterThan(1e-2)
    }
  },
)

test('rows too long to be gathered follow the reference, in slices and in blocks of the other side', async () => {
  for (const unobserved of [0, 0.05]) {
    const shape = { rows: 6, columns: 6000, dim: 64, cells: 2500, unobserved, part: 7 }
    const [wasm, reference] = await both(shape, cg(3))
    expect(Math.max(...Array.from({ length: 6 }, (_, row) => wasm.start[row + 1]! - wasm.start[row]!))).toBeGreaterThan(
      8192,
    )
    expect(far(scores(wasm), scores(reference))).toBeLessThan(2e-4)
  }
})

test('products are unchanged when the tables are rotated', async () => {
  const shape = { rows: 40, columns: 90, dim: 21, cells: 10, unobserved: 0.3, part: 3 }
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const half = problem(kernels, shape)
    half.solved.forEach((_, at) => {
      if (half.start[Math.floor(at / 21)] === half.start[Math.floor(at / 21) + 1]) half.solved[at] = 0
    })
    const before = scores(half)
    await kernels.leastSquares(half, cg(0))
    expect(far(scores(half), before)).toBeLessThan(1e-5)
    const everyone = gram(half.fixed, 21)
    for (let i = 0; i < 21; i++) for (let j = 0; j < i; j++) expect(Math.abs(everyone[i * 21 + j]!)).toBeLessThan(1e-4)
  }
})

test('enough steps reach the exact solution, and every step decreases the objective', async () => {
  const shape = { rows: 25, columns: 80, dim: 24, cells: 15, unobserved: 0.1, part: 4 }
  const [exact] = await both(shape, { name: 'exact' })
  const best = Array.from({ length: 25 }, (_, row) => objective(exact, row))
  let before = Array.from({ length: 25 }, () => Number.POSITIVE_INFINITY)
  for (const steps of [0, 1, 2, 3, 5, 40]) {
    const [solved] = await both(shape, cg(steps))
    const now = Array.from({ length: 25 }, (_, row) => objective(solved, row))
    for (const [row, value] of now.entries()) expect(value).toBeLessThanOrEqual(before[row]! * (1 + 1e-6))
    before = now
  }
  expect(far(best, before)).toBeLessThan(1e-4)
})

test('a tolerance stops converged rows early', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const shape = { rows: 20, columns: 80, dim: 16, cells: 15, unobserved: 0.1, part: 5 }
  const solve = async (steps: number, tolerance: number) => {
    const half = problem(kernels, shape)
    await kernels.leastSquares(half, { name: 'cg', steps, tolerance })
    return scores(half)
  }
  const limit = await solve(60, 0)
  expect(far(await solve(60, 0.9), limit)).toBeGreaterThan(1e-3)
  expect(far(await solve(60, 1e-3), limit)).toBeLessThan(2e-3)
  expect(await solve(60, 2)).toEqual(await solve(0, 0))
})

test.each([1, 4, 7, 16, 40])('blocks of %i columns follow the reference and reach the exact solution', async (size) => {
  for (const [part, unobserved] of [0, 0.1].entries()) {
    const shape = { rows: 20, columns: 90, dim: 40, cells: 25, unobserved, part }
    const [wasm, reference] = await both(shape, { name: 'blocks', size })
    expect(far(scores(wasm), scores(reference))).toBeLessThan(2e-4)
    const [exact] = await both(shape, { name: 'exact' })
    const apart = far(scores(wasm), scores(exact))
    if (size === 40) expect(apart).toBeLessThan(1e-4)
    const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
    for (let sweep = 0; sweep < 60; sweep++) await kernels.leastSquares(wasm, { name: 'blocks', size })
    expect(far(scores(wasm), scores(exact))).toBeLessThan(1e-3)
  }
})

test.each<LeastSquaresMethod>([cg(3), { name: 'blocks', size: 24 }, { name: 'exact' }])(
  'the method $name gives the same bytes on any number of threads',
  async (method) => {
    const results: Float32Array[][] = []
    for (const threads of [1, 2, 3]) {
      const kernels = await openKernels({ implementation: 'wasm', threads })
      const half = problem(kernels, { rows: 200, columns: 3000, dim: 40, cells: 200, unobserved: 0.2, part: 2 })
      await kernels.leastSquares(half, method)
      results.push([Float32Array.from(half.solved), Float32Array.from(half.fixed)])
      await kernels.close()
    }
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  },
)

test('eigenvectors reconstruct the matrix', () => {
  const rows = Float32Array.from({ length: 9 * 6 }, (_, at) => normal(key(9), at))
  const everyone = gram(rows, 6)
  const { vectors, values } = jacobi(everyone, 6)
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      let sum = 0
      for (let k = 0; k < 6; k++) sum += values[k]! * vectors[k * 6 + i]! * vectors[k * 6 + j]!
      expect(sum).toBeCloseTo(everyone[i * 6 + j]!, 10)
    }
  }
})

test.each<LeastSquaresMethod>([cg(3), { name: 'blocks', size: 3 }])(
  'the method $name never leaves a non-finite number',
  async (method) => {
    const implementations = ['wasm', 'typescript'] as const
    for (let part = 0; part < 150; part++) {
      const draws = key(78, part)
      const dim = 1 + below(9, draws, 0)
      const size = 10 ** (below(40, draws, 1) - 20)
      const heavy = 10 ** (below(30, draws, 2) - 10)
      for (const implementation of implementations) {
        const kernels = await openKernels({ implementation, threads: 1 })
        const half = problem(kernels, { rows: 8, columns: 6, dim, cells: 4, unobserved: below(3, draws, 5) / 2, part })
        half.fixed.forEach((value, at) => {
          half.fixed[at] = size * (half.fixed[at % dim]! + 1e-6 * value)
        })
        half.weight.forEach((value, at) => {
          half.weight[at] = value * heavy * (part % 7 === 3 ? -1 : 1)
        })
        if (part % 2) half.ridge.fill(0)
        await kernels.leastSquares(half, method)
        expect(half.solved.every(Number.isFinite)).toBe(true)
      }
    }
  },
)
