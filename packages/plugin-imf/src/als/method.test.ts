import { type Head, loss, type OpNode, type Progress, Type, tf, useBackend } from '@recspec/core'
import { type Kernels, key, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { type CellLoss, denseObjective, doubles, steepest } from '../../test/oracle.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { weightedSquares } from '../squares.js'
import { als } from './als.js'
import { methodOf, phrase, turning } from './method.js'
import { refusal } from './refuse.js'

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
const dense = (given: Setup) => (tables: ReturnType<typeof doubles>) => denseObjective(given, cellLoss, 1, tables)

const squares = loss({
  summary: '',
  params: Type.Object({}),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => tf.square(tf.sub(score.tensor, target!)),
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})

const way = { method: 'auto', steps: 3, block: 64 } as const
const fit = async (given: Setup, params: object, run: object = {}) => {
  const problem = problemOf(given)
  const all = { iterations: 10, ...way, ...params }
  expect(als.rejects!(all, problem)).toBeUndefined()
  const program = programOf(given, problem, kernels)
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
  test(`${name}: the objective is exact, never rises and ends where no table can improve`, async () => {
    const given = { ...setup, factor }
    let last = Infinity
    const { program, reports } = await fit(given, { ...params, iterations: 300 })
    for (const { loss } of reports) {
      expect(loss).toBeLessThanOrEqual(last * (1 + 1e-6))
      last = loss
    }
    const final = dense(given)(doubles(program)) / events.length
    expect(Math.abs(last - final)).toBeLessThan(1e-5 * final)
    for (const table of ['p', 'q']) expect(steepest(dense(given), doubles(program), table)).toBeLessThan(3e-3)
    const exact = await fit(given, { method: 'cholesky', iterations: 300 })
    expect(last).toBeLessThan(exact.reports.at(-1)!.loss * 1.05)
  })

test('every method starts from the weights of the program: a minimum stays where it is', async () => {
  const { program, reports } = await fit(setup, { method: 'cholesky', iterations: 300 })
  for (const params of [{ method: 'cg' }, { method: 'ialspp', block: 2 }, { method: 'cholesky' }]) {
    const problem = problemOf(setup)
    const warm = programOf(setup, problem, kernels)
    for (const [name, { values }] of warm.tables) values.set(program.tables.get(name)!.values)
    for await (const { loss } of als.fit({ ...way, ...params, iterations: 1 }, problem, warm, { seed: 0, phase: 0 }))
      expect(Math.abs(loss - reports.at(-1)!.loss)).toBeLessThan(1e-5 * loss)
  }
})

test('a tolerance ends a run early, resumed or not, where an iteration lowers the objective by less than that share', async () => {
  const params = { method: 'cg', iterations: 200 }
  const whole = await fit(setup, params)
  const share = ({ loss }: Progress, before: Progress) => (before.loss - loss) / before.loss
  const first = whole.reports.findIndex((report, place) => place > 0 && share(report, whole.reports[place - 1]!) < 0.01)
  const { reports } = await fit(setup, { ...params, tolerance: 0.01 })
  expect(reports).toHaveLength(first + 1)
  expect(reports.at(-1)!.epochs).toBe(200)

  const problem = problemOf(setup)
  const program = programOf(setup, problem, kernels)
  const all = { ...way, ...params, tolerance: 0.01 }
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

test('rows that plain Cholesky cannot solve are counted in the report', async () => {
  const given = { ...setup, l2: 0, loss: squares, params: {} }
  const { reports } = await fit(given, { iterations: 2 })
  expect(reports[0]!.metrics!['jittered']).toBeGreaterThan(0)
  expect((await fit(setup, { iterations: 2 })).reports[0]!.metrics).toBeUndefined()
})

test('auto: conjugate gradients over all cells up to 512 columns, blocks beyond, exactly where only events count', () => {
  const of = (given: Partial<Setup>, method: 'auto' | 'cg' | 'ialspp' | 'cholesky' = 'auto') =>
    methodOf({ method, steps: 4, block: 32 }, problemOf({ ...setup, ...given }))
  expect(of({})).toEqual({ name: 'cg', steps: 4 })
  expect(of({ dim: 512 })).toEqual({ name: 'cg', steps: 4 })
  expect(of({ dim: 513 })).toEqual({ name: 'blocks', size: 32 })
  expect(of({ frozen: ['q'] })).toEqual({ name: 'exact' })
  expect(of({ loss: squares })).toEqual({ name: 'exact' })
  expect(of({ loss: squares }, 'cg')).toEqual({ name: 'cg', steps: 4 })
  expect(of({}, 'ialspp')).toEqual({ name: 'blocks', size: 32 })
  expect(of({}, 'cholesky')).toEqual({ name: 'exact' })
})

test('the plan says how rows are solved', () => {
  expect(als.plan!({ iterations: 12, ...way }, problemOf(setup))).toBe(
    '12 iterations of least squares by 3 steps of conjugate gradients: users (p), items (q)',
  )
  expect(als.plan!({ iterations: 12, tolerance: 0.01, ...way, method: 'cholesky' }, problemOf(setup))).toBe(
    'at most 12 iterations of exact least squares: users (p), items (q)',
  )
  expect(phrase({ name: 'blocks', size: 64 })).toBe('least squares by blocks of 64 columns')
})

test('methods that turn tables are refused where something else would notice, naming it', () => {
  const explicit = { ...setup, loss: squares, params: {} }
  const biased = problemOf({ ...explicit, bias: { l2: 0.1, nu: 1 } })
  expect(refusal(biased, 'cg')).toBe(
    'by "cg" needs one dot product of two tables of its own: "bu" is solved along with it',
  )
  expect(refusal(biased)).toBeUndefined()
  expect(turning(problemOf({ ...setup, frozen: ['p'] }))).toBe('"p" is held still')
  expect(turning(problemOf(setup))).toBeUndefined()

  const { graph, ...problem } = problemOf(setup)
  const other = { ...(graph.nodes.get('match') as OpNode), name: 'deep', inputs: ['p'], ports: { x: ['p'] } }
  expect(turning({ ...problem, graph: { ...graph, nodes: new Map(graph.nodes).set('deep', other) } })).toBe(
    '"deep" reads "p" too',
  )
  const norm: Head = { ...problem.heads[0]!, name: 'size', inputs: ['q'] }
  expect(turning({ ...problem, graph: { ...graph, heads: new Map(graph.heads).set('size', norm) } })).toBe(
    'head "size" reads "q" too',
  )
  const table = { ...graph.tables.get('q')!, readers: ['q', 'q2'] }
  expect(turning({ ...problem, graph: { ...graph, tables: new Map(graph.tables).set('q', table) } })).toBe(
    '"q" has several readers',
  )
})
