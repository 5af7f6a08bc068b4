import { type Head, loss, type OpNode, type Progress, Type, tf, useBackend } from '@recspec/core'
import { type Kernels, key, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { type CellLoss, denseObjective, float64Tables, largestGradient } from '../../test/dense.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { headTerms } from '../score/terms.js'
import { als } from './als.js'
import { describeMethod, methodOf, rotationObstacle } from './method.js'
import { rejection } from './rejects.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('cpu')
  kernels = await openKernels({ implementation: 'typescript' })
})

const events = Array.from({ length: 80 }, (_, cell) => [Math.floor(cell / 8), cell % 8] as const)
  .filter((_, cell) => uniform(key(4), cell) < 0.35)
  .map(([user, item], place) => [user, item, 1 + Math.floor(3 * uniform(key(5), place))] as const)

const setup: Setup = {
  ...{ users: 10, items: 8, dim: 5, events, l2: 0.05 },
  ...{ loss: weightedSquares, params: { alpha: 2, confidence: 'linear', epsilon: 1 } },
}
const cellLoss: CellLoss = (score, r) => (r === undefined ? score ** 2 : (1 + 2 * r) * (score - 1) ** 2)
const dense = (given: Setup) => (tables: ReturnType<typeof float64Tables>) => denseObjective(given, cellLoss, 1, tables)

const squares = loss({
  summary: 'Squared error.',
  params: Type.Object({}),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => tf.square(tf.sub(score.tensor, target!)),
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})

const defaults = { method: 'auto', steps: 3, block: 64 } as const
/** A problem and the terms of its score. */
const solved = (given: Setup) => {
  const problem = problemOf(given)
  return [problem, headTerms(problem, problem.heads[0]!)] as const
}

const fit = async (given: Setup, params: object, run: object = {}) => {
  const problem = problemOf(given)
  const all = { iterations: 10, ...defaults, ...params }
  expect(als.rejects!(all, problem)).toBeUndefined()
  const program = await programOf(given, problem, kernels)
  const reports: Progress[] = []
  for await (const report of als.fit(all, problem, program, { seed: 0, phase: 0, ...run })) reports.push(report)
  return { program, reports }
}

for (const [name, params, factor] of [
  ['conjugate gradients', { method: 'cg', steps: 3 }, 1],
  ['one step of conjugate gradients', { method: 'cg', steps: 1 }, 1],
  ['conjugate gradients and a scaled product', { method: 'cg', steps: 3 }, -1.7],
  ['blocks', { method: 'ialspp', block: 2 }, 1],
  ['one block', { method: 'ialspp', block: 64 }, 0.4],
] as const)
  test(`${name}: reports the exact objective, which never rises, and ends in a minimum over each table`, async () => {
    const given = { ...setup, factor }
    let last = Infinity
    const { program, reports } = await fit(given, { ...params, iterations: 300 })
    for (const { loss } of reports) {
      expect(loss).toBeLessThanOrEqual(last * (1 + 1e-6))
      last = loss
    }
    const final = dense(given)(float64Tables(program)) / (given.users * given.items)
    expect(Math.abs(last - final)).toBeLessThan(1e-5 * final)
    for (const table of ['p', 'q'])
      expect(largestGradient(dense(given), float64Tables(program), table)).toBeLessThan(3e-3)
    const exact = await fit(given, { method: 'cholesky', iterations: 300 })
    expect(last).toBeLessThan(exact.reports.at(-1)!.loss * 1.05)
  })

test('every method starts from the current weights: a minimum stays a minimum', async () => {
  const { program, reports } = await fit(setup, { method: 'cholesky', iterations: 300 })
  for (const params of [{ method: 'cg' }, { method: 'ialspp', block: 2 }, { method: 'cholesky' }]) {
    const problem = problemOf(setup)
    const warm = await programOf(setup, problem, kernels)
    for (const [name, { values }] of warm.tables) values.set(program.tables.get(name)!.values)
    for await (const { loss } of als.fit({ ...defaults, ...params, iterations: 1 }, problem, warm, {
      seed: 0,
      phase: 0,
    }))
      expect(Math.abs(loss - reports.at(-1)!.loss)).toBeLessThan(1e-5 * loss)
  }
})

test('a tolerance ends a run, resumed or not, after an iteration of less improvement', async () => {
  const params = { method: 'cg', iterations: 200 }
  const whole = await fit(setup, params)
  const share = ({ loss }: Progress, before: Progress) => (before.loss - loss) / before.loss
  const first = whole.reports.findIndex((report, place) => place > 0 && share(report, whole.reports[place - 1]!) < 0.01)
  const { reports } = await fit(setup, { ...params, tolerance: 0.01 })
  expect(reports).toHaveLength(first + 1)
  expect(reports.at(-1)!.epochs).toBe(200)

  const problem = problemOf(setup)
  const program = await programOf(setup, problem, kernels)
  const all = { ...defaults, ...params, tolerance: 0.01 }
  const losses: number[] = []
  for (let state = { numbers: {}, arrays: {} }; ; ) {
    const before = losses.length
    for await (const report of als.fit(all, problem, program, { seed: 0, phase: 0, resume: state })) {
      losses.push(report.loss)
      state = report.state() as typeof state
      break
    }
    if (losses.length === before || losses.length >= first + 1) break
  }
  expect(losses).toEqual(reports.map(({ loss }) => loss))
})

test('reports count the rows that needed a jitter on the diagonal', async () => {
  const given = { ...setup, l2: 0, loss: squares, params: {} }
  const { reports } = await fit(given, { iterations: 2 })
  expect(reports[0]!.metrics!['jittered']).toBeGreaterThan(0)
  expect((await fit(setup, { iterations: 2 })).reports[0]!.metrics).toBeUndefined()
})

test('auto: conjugate gradients where unobserved cells count, blocks beyond 512 columns, exact elsewhere', () => {
  const of = (given: Partial<Setup>, method: 'auto' | 'cg' | 'ialspp' | 'cholesky' = 'auto') =>
    methodOf({ method, steps: 4, block: 32 }, ...solved({ ...setup, ...given }))
  expect(of({})).toEqual({ name: 'cg', steps: 4 })
  expect(of({ dim: 512 })).toEqual({ name: 'cg', steps: 4 })
  expect(of({ dim: 513 })).toEqual({ name: 'blocks', size: 32 })
  expect(of({ frozen: ['q'] })).toEqual({ name: 'exact' })
  expect(of({ loss: squares, params: {} })).toEqual({ name: 'exact' })
  expect(of({ loss: squares, params: {} }, 'cg')).toEqual({ name: 'cg', steps: 4 })
  expect(of({}, 'ialspp')).toEqual({ name: 'blocks', size: 32 })
  expect(of({}, 'cholesky')).toEqual({ name: 'exact' })
})

test('the plan names the method and the tables', () => {
  expect(als.plan!({ iterations: 12, ...defaults }, problemOf(setup))).toBe(
    '12 iterations of least squares by 3 steps of conjugate gradients: users (p), items (q)',
  )
  expect(als.plan!({ iterations: 12, tolerance: 0.01, ...defaults, method: 'cholesky' }, problemOf(setup))).toBe(
    'at most 12 iterations of exact least squares: users (p), items (q)',
  )
  expect(describeMethod({ name: 'blocks', size: 64 })).toBe('least squares by blocks of 64 columns')
})

test('methods that rotate tables are rejected where something else reads the tables, naming it', () => {
  const explicit = { ...setup, loss: squares, params: {} }
  const biased = problemOf({ ...explicit, bias: { l2: 0.1, nu: 1 } })
  expect(rejection(biased, 'cg')).toBe(
    'by "cg" needs one dot product of two tables that nothing else reads: "bu" is solved together with it',
  )
  expect(rejection(biased)).toBeUndefined()
  expect(rotationObstacle(...solved({ ...setup, frozen: ['p'] }))).toBe('"p" is frozen')
  expect(rotationObstacle(...solved(setup))).toBeUndefined()

  const [{ graph, ...problem }, terms] = solved(setup)
  const other = { ...(graph.nodes.get('match') as OpNode), name: 'deep', inputs: ['p'], ports: { x: ['p'] } }
  expect(
    rotationObstacle({ ...problem, graph: { ...graph, nodes: new Map(graph.nodes).set('deep', other) } }, terms),
  ).toBe('"deep" reads "p" too')
  const norm: Head = { ...problem.heads[0]!, name: 'size', inputs: ['q'] }
  expect(
    rotationObstacle({ ...problem, graph: { ...graph, heads: new Map(graph.heads).set('size', norm) } }, terms),
  ).toBe('head "size" reads "q" too')
  const table = { ...graph.tables.get('q')!, readers: ['q', 'q2'] }
  expect(
    rotationObstacle({ ...problem, graph: { ...graph, tables: new Map(graph.tables).set('q', table) } }, terms),
  ).toBe('"q" has several readers')
})
