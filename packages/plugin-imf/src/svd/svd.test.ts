import { type Progress, useBackend } from '@recspec/core'
import { type Kernels, key, normal, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { denseObjective, float64Tables, largestGradient } from '../../test/dense.js'
import { eigen } from '../../test/eigen.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { filledSquares } from '../losses/filledsquares.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { orthonormalize } from './columns.js'
import { jacobiSvd } from './jacobi.js'
import { svd } from './svd.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('cpu')
  kernels = await openKernels({ implementation: 'typescript' })
})

/** About 40 % of 9 × 7 cells with targets 1 … 5, none of user 4 or item 2; the cell (0, 0) has two events more. */
const events = Array.from({ length: 63 }, (_, cell) => [Math.floor(cell / 7), cell % 7] as const)
  .filter(([user, item], cell) => user !== 4 && item !== 2 && uniform(key(1), cell) < 0.4)
  .map(([user, item], place) => [user, item, 1 + Math.floor(5 * uniform(key(2), place))] as const)
const twice = [...events, [0, 0, 2] as const, [0, 0, 3] as const]
const mean = twice.reduce((sum, [, , r]) => sum + r, 0) / twice.length

const base = { users: 9, items: 7, dim: 3, events: twice, loss: filledSquares, l2: 0 }
const zero: Setup = { ...base, params: { fill: 'zero' } }
const filled: Setup = { ...base, params: { fill: 'mean' } }

const cases: Readonly<Record<string, Setup>> = {
  'filled with 0': zero,
  'filled with 0 around a constant': { ...zero, constant: 2 },
  'filled with the mean': filled,
  'filled with the mean around it': { ...filled, constant: mean },
  'a scaled product and a weighted head': { ...filled, factor: -0.7, weight: 2.5, constant: 1 },
  'wider than the matrix': { ...filled, dim: 12 },
  'one event': { ...zero, events: [[3, 2, 4]] },
  'without a target': { ...zero, hasTarget: false },
  penalized: { ...zero, l2: 1.3, nu: 0 },
  'penalized, scaled and weighted': { ...filled, constant: mean, l2: 0.4, nu: 0, weight: 0.5, factor: 0.6 },
}

/** What the tables have to explain: each cell of the filled matrix less the constant. */
const residual = ({ users, items, events, params, constant = 0, hasTarget = true }: Setup): number[][] => {
  const average = hasTarget ? events.reduce((sum, [, , r]) => sum + r, 0) / Math.max(1, events.length) : 1
  return Array.from({ length: users }, (_, user) =>
    Array.from({ length: items }, (_, item) => {
      const here = events.filter(([u, i]) => u === user && i === item)
      const fill = params['fill'] === 'mean' ? average : 0
      return (here.length > 0 ? here.reduce((sum, [, , r]) => sum + (hasTarget ? r : 1), 0) : fill) - constant
    }),
  )
}

const fit = async (setup: Setup, params: object = {}, run: object = {}) => {
  const problem = problemOf(setup)
  const all = { powerIterations: 4, oversampling: 10, ...params }
  expect(svd.rejects!(all, problem)).toBeUndefined()
  const program = await programOf(setup, problem, kernels)
  const reports: Progress[] = []
  for await (const report of svd.fit(all, problem, program, { seed: 0, phase: 0, ...run })) reports.push(report)
  const [p, q] = ['p', 'q'].map((name) => program.tables.get(name)!.values) as [Float32Array, Float32Array]
  const product = (user: number, item: number) => {
    let sum = 0
    for (let k = 0; k < setup.dim; k++)
      sum += (setup.factor ?? 1) * p[(user + 1) * setup.dim + k]! * q[(item + 1) * setup.dim + k]!
    return sum
  }
  return { program, reports, product }
}

for (const [name, setup] of Object.entries(cases)) {
  test(`${name}: scores are those of the leading singular vectors, shrunk by the penalty`, async () => {
    const matrix = residual(setup)
    const { weight = 1, factor = 1, l2 = 0 } = setup
    const gram = matrix[0]!.map((_, i) =>
      matrix[0]!.map((_, j) => matrix.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    )
    const { values, vectors } = eigen(gram)
    const taken = l2 / (weight * Math.abs(factor))
    const kept = values.slice(0, setup.dim).map((value) => {
      const s = Math.sqrt(Math.max(0, value))
      return s > 1e-9 ? Math.max(0, s - taken) / s : 0
    })
    const { product } = await fit(setup)
    matrix.forEach((row, user) => {
      row.forEach((_, item) => {
        const expected = kept.reduce(
          (sum, share, k) => sum + share * vectors[k]![item]! * row.reduce((s, v, at) => s + v * vectors[k]![at]!, 0),
          0,
        )
        expect(product(user, item)).toBeCloseTo(expected, 4)
      })
    })
  })

  test(`${name}: reports the objective summed over every cell, at a minimum over each table`, async () => {
    const { program, reports } = await fit(setup)
    const matrix = residual(setup)
    const dense = (tables: ReturnType<typeof float64Tables>) => {
      // the oracle visits cells by user, then item
      let cell = 0
      const { items } = setup
      const loss = (score: number) => (score - matrix[Math.floor(cell / items)]![cell++ % items]!) ** 2
      return denseObjective({ ...setup, constant: 0 }, loss, 1, tables)
    }
    const expected = dense(float64Tables(program)) / (setup.users * setup.items)
    expect(Math.abs(reports.at(-1)!.loss - expected)).toBeLessThan(1e-5 * Math.max(expected, 1e-3))
    for (const table of ['p', 'q']) expect(largestGradient(dense, float64Tables(program), table)).toBeLessThan(2e-3)
    let last = Infinity
    for (const { loss } of reports) {
      expect(loss).toBeLessThanOrEqual(last + 1e-9 + 1e-6 * last)
      last = loss
    }
  })
}

/** 60 × 50 of rank 50 with slowly falling singular values; ten are kept. */
const large: Setup = {
  ...{ users: 60, items: 50, dim: 10, loss: filledSquares, params: { fill: 'zero' }, l2: 0 },
  events: Array.from({ length: 3000 }, (_, cell) => [Math.floor(cell / 50), cell % 50, normal(key(9), cell)] as const),
}

test('power iterations approach the best product, and oversampling helps', async () => {
  const matrix = residual(large)
  const gram = matrix[0]!.map((_, i) =>
    matrix[0]!.map((_, j) => matrix.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  )
  const best =
    eigen(gram)
      .values.slice(10)
      .reduce((sum, value) => sum + value, 0) / 3000
  const loss = async (params: object) => (await fit(large, params)).reports.at(-1)!.loss
  const [none, four, sixty] = [
    await loss({ powerIterations: 0 }),
    await loss({ powerIterations: 4 }),
    await loss({ powerIterations: 60 }),
  ]
  expect(none).toBeGreaterThan(best * 1.05)
  expect(four).toBeLessThan(best * 1.02)
  expect(Math.abs(sixty - best)).toBeLessThan(1e-5 * best)
  expect(await loss({ powerIterations: 1, oversampling: 0 })).toBeGreaterThan(await loss({ powerIterations: 1 }))
})

test('a seed gives the same bytes again, another seed the same scores', async () => {
  const bytes = (one: Awaited<ReturnType<typeof fit>>) => [...one.program.tables].map(([, { values }]) => [...values])
  const [first, second, other] = [await fit(filled), await fit(filled), await fit(filled, {}, { seed: 1 })]
  expect(bytes(first)).toEqual(bytes(second))
  for (let user = 0; user < 9; user++)
    for (let item = 0; item < 7; item++) expect(first.product(user, item)).toBeCloseTo(other.product(user, item), 4)
  const noPower = { powerIterations: 0, oversampling: 0 }
  expect(bytes(await fit(large, noPower))).not.toEqual(bytes(await fit(large, noPower, { seed: 1 })))
})

test('a run stopped between iterations resumes to the same bytes', async () => {
  const whole = await fit(large)
  const problem = problemOf(large)
  const program = await programOf(large, problem, kernels)
  const params = { powerIterations: 4, oversampling: 10 }
  const stop = new AbortController()
  const losses: number[] = []
  let state = { numbers: {}, arrays: {} }
  for await (const report of svd.fit(params, problem, program, { seed: 0, phase: 0, signal: stop.signal })) {
    state = report.state() as typeof state
    losses.push(report.loss)
    stop.abort()
    if (losses.length > 1) break
  }
  for await (const report of svd.fit(params, problem, program, { seed: 0, phase: 0, resume: state }))
    losses.push(report.loss)
  expect(new Set(losses)).toEqual(new Set(whole.reports.map(({ loss }) => loss)))
  for (const [table, { values }] of whole.program.tables) expect(program.tables.get(table)!.values).toEqual(values)
})

test('rejects all but a product of two trained tables under imf/filled-squares, naming the cause', () => {
  const rejected = (setup: Setup) => svd.rejects!({}, problemOf(setup))
  expect(rejected({ ...zero, loss: weightedSquares, params: { alpha: 1 } })).toContain(
    'needs the loss "imf/filled-squares"',
  )
  expect(rejected({ ...zero, bias: { l2: 0, nu: 1 } })).toContain('"bu" is added to it')
  expect(rejected({ ...zero, frozen: ['q'] })).toContain('"q" is frozen')
  expect(rejected({ ...zero, l2: 0.1 })).toContain('"p" has nu 1')
  const { graph, ...problem } = problemOf({ ...zero, l2: 0.1, nu: 0 })
  const tables = new Map(graph.tables).set('q', { ...graph.tables.get('q')!, l2: 0 })
  expect(svd.rejects!({}, { ...problem, graph: { ...graph, tables } })).toContain('only "p" has one')
  expect(svd.plan!({ powerIterations: 4, oversampling: 10 }, problemOf(zero))).toContain('4 block power iterations')
})

test('a small matrix is the product of its singular vectors and values', () => {
  const columns = [0, 1, 2, 3].map((k) =>
    Float64Array.from({ length: 4 }, (_, i) => (k === 3 ? 0 : normal(key(3, k), i))),
  )
  const { left, values, right } = jacobiSvd(columns)
  expect(values[3]).toBe(0)
  columns.forEach((column, j) => {
    column.forEach((value, i) => {
      expect(values.reduce((sum, s, k) => sum + left[k]![i]! * s * right[k]![j]!, 0)).toBeCloseTo(value, 12)
    })
  })
})

test('orthonormal columns times R are the columns given, and a dependent column becomes zeros', () => {
  const columns = [0, 1, 2].map((k) => Float64Array.from({ length: 5 }, (_, i) => normal(key(4, k), i)))
  columns[2] = columns[0]!.map((value, i) => 2 * value - columns[1]![i]!)
  const before = columns.map((column) => column.slice())
  const r = orthonormalize(columns)
  expect([...columns[2]!]).toEqual([0, 0, 0, 0, 0])
  before.forEach((column, j) => {
    column.forEach((value, i) => {
      expect(columns.reduce((sum, q, k) => sum + q[i]! * r[k]![j]!, 0)).toBeCloseTo(value, 12)
    })
  })
})
