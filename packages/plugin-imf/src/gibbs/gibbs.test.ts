import { type OpNode, type Progress, useBackend } from '@recspec/core'
import { type Kernels, key, normal, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { denseObjective, float64Tables } from '../../test/dense.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { gaussian } from '../losses/gaussian.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { gibbs } from './gibbs.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('cpu')
  kernels = await openKernels({ implementation: 'typescript' })
})

const [users, items, noise, globalMean] = [60, 40, 0.3, 3]
const planted = (() => {
  const vector = (side: number, row: number) => [0, 1].map((k) => 0.8 * normal(key(side, row), k))
  const bias = (side: number, row: number) => 0.5 * normal(key(side, row), 9)
  return (user: number, item: number) =>
    globalMean + bias(3, user) + bias(4, item) + vector(3, user).reduce((sum, x, k) => sum + x * vector(4, item)[k]!, 0)
})()
const cells = Array.from(
  { length: users * items },
  (_, cell) => [Math.floor(cell / items), cell % items] as const,
).filter(([user, item]) => user !== 7 && item !== 5)
const isTest = (cell: number) => uniform(key(8), cell) < 0.5
const observed = (user: number, item: number) => planted(user, item) + noise * normal(key(5, user), item)
const events = cells.filter((_, at) => !isTest(at)).map(([user, item]) => [user, item, observed(user, item)] as const)
const held = cells.filter((_, at) => isTest(at))

const setup: Setup = {
  ...{ users, items, dim: 2, events, l2: 0, bias: { l2: 0, nu: 1 }, constant: 0, trainsConstant: true },
  ...{ loss: gaussian, params: { sigma: 1 } },
}

const params = { samples: 60, burnIn: 30, noise: 'user' } as const
const prepare = async (given: Setup) => {
  const problem = problemOf(given)
  const program = await programOf(given, problem, kernels)
  return { problem, program, mean: program.weightsOf('score')['bias']! }
}
const fit = async (given: Setup, over: object = {}, run: object = {}) => {
  const { problem, program, mean } = await prepare(given)
  const all = { ...params, ...over }
  expect(gibbs.rejects!(all, problem)).toBeUndefined()
  const reports: Progress[] = []
  const means = new Float64Array(held.length)
  let samples = 0
  for await (const report of gibbs.fit(all, problem, program, { seed: 0, phase: 0, ...run })) {
    reports.push(report)
    if (!report.sample) continue
    samples++
    const [p, q, bu, bi] = ['p', 'q', 'bu', 'bi'].map((name) => program.tables.get(name)!.values) as Float32Array[]
    held.forEach(([user, item], at) => {
      let score = mean[0]! + bu![user + 1]! + bi![item + 1]!
      for (let k = 0; k < 2; k++) score += p![2 * (user + 1) + k]! * q![2 * (item + 1) + k]!
      means[at]! += score
    })
  }
  return { program, reports, samples, mean, predictions: means.map((sum) => sum / samples) }
}

const rmse = (a: Float64Array, b: (user: number, item: number) => number) =>
  Math.sqrt(a.reduce((sum, value, at) => sum + (value - b(...held[at]!)) ** 2, 0) / a.length)

test('the mean of samples is near the planted scores, and the noise near its deviation', async () => {
  for (const kind of ['user', 'shared'] as const) {
    const { predictions, reports } = await fit(setup, { noise: kind })
    expect(rmse(predictions, planted)).toBeLessThan(0.7 * noise)
    expect(rmse(predictions, () => globalMean)).toBeGreaterThan(0.8)
    const found = reports.flatMap(({ sample }) => (sample ? [sample.deviation!] : []))
    expect(Math.abs(found.reduce((sum, value) => sum + value, 0) / found.length - noise)).toBeLessThan(0.04)
  }
})

test('the mean of samples is better than a sample', async () => {
  const one = await fit(setup, { samples: 1 })
  const many = await fit(setup)
  expect(rmse(many.predictions, planted)).toBeLessThan(0.9 * rmse(one.predictions, planted))
})

test('a noise precision per user predicts better where some users are noisier', async () => {
  const erratic = events.map(([user, item, r]) =>
    user % 3 === 0 ? ([user, item, r + 2 * normal(key(6, user), item)] as const) : ([user, item, r] as const),
  )
  const own = await fit({ ...setup, events: erratic })
  const shared = await fit({ ...setup, events: erratic }, { noise: 'shared' })
  expect(rmse(own.predictions, planted)).toBeLessThan(0.85 * rmse(shared.predictions, planted))
})

test('keeps at most 50 samples by default, or one in `thin`', async () => {
  const places = ({ reports }: Awaited<ReturnType<typeof fit>>) =>
    reports.filter(({ sample }) => sample).map(({ epoch }) => epoch)
  expect(places(await fit(setup, { samples: 6, burnIn: 2 }))).toEqual([3, 4, 5, 6, 7, 8])
  expect(places(await fit(setup, { samples: 6, burnIn: 2, thin: 4 }))).toEqual([6])
  const many = places(await fit(setup, { samples: 120, burnIn: 1 }))
  expect(many).toHaveLength(40)
  expect(many.slice(0, 2)).toEqual([4, 7])
  expect(gibbs.plan!({ samples: 512, burnIn: 16 }, problemOf(setup))).toBe(
    '16 sweeps of burn-in, then 512 of which one in 11 is kept: 46 samples',
  )
})

test('reports the objective of the graph', async () => {
  const { program, reports, mean } = await fit(setup, { samples: 2, burnIn: 1 })
  const density = (score: number, r: number | undefined) => 0.5 * (score - r!) ** 2 + 0.5 * Math.log(2 * Math.PI)
  const expected = denseObjective({ ...setup, constant: mean[0]! }, density, 0, float64Tables(program)) / events.length
  expect(Math.abs(reports.at(-1)!.loss - expected)).toBeLessThan(1e-5 * expected)
})

test('a seed gives the same bytes again, resumed or not, and another seed gives others', async () => {
  const bytes = ({ tables }: { tables: ReadonlyMap<string, { values: Float32Array }> }) =>
    [...tables.values()].map(({ values }) => [...values])
  const short = { samples: 4, burnIn: 2 }
  const [whole, again, other] = [await fit(setup, short), await fit(setup, short), await fit(setup, short, { seed: 1 })]
  expect(bytes(again.program)).toEqual(bytes(whole.program))
  expect(again.mean).toEqual(whole.mean)
  expect(bytes(other.program)).not.toEqual(bytes(whole.program))

  const { problem, program, mean } = await prepare(setup)
  const stop = new AbortController()
  let state = { numbers: {}, arrays: {} }
  let seen = 0
  for await (const report of gibbs.fit({ ...params, ...short }, problem, program, {
    seed: 0,
    phase: 0,
    signal: stop.signal,
  })) {
    state = report.state() as typeof state
    if (++seen === 3) stop.abort()
  }
  expect(state.numbers).toMatchObject({ sweeps: 3 })
  for await (const _ of gibbs.fit({ ...params, ...short }, problem, program, { seed: 0, phase: 0, resume: state }));
  expect(bytes(program)).toEqual(bytes(whole.program))
  expect(mean).toEqual(whole.mean)
})

test('rows without events become zeros, and frozen tables keep their values', async () => {
  const { program } = await fit(setup, { samples: 2, burnIn: 1 })
  for (const { values, spec } of program.tables.values())
    for (const row of [0, spec.input === 'user' ? 8 : 6])
      expect([...values.slice(row * spec.dim, (row + 1) * spec.dim)]).toEqual(Array(spec.dim).fill(0))
  const frozen = { ...setup, frozen: ['q', 'bi'] }
  const before = float64Tables((await prepare(frozen)).program)
  const after = float64Tables((await fit(frozen, { samples: 2, burnIn: 1 })).program)
  for (const name of ['q', 'bi']) expect(after.get(name)).toEqual(before.get(name))
  expect(after.get('p')).not.toEqual(before.get('p'))
})

test('rejects what cannot be sampled row by row, naming it', () => {
  const rejected = (given: Partial<Setup>) => gibbs.rejects!(params, problemOf({ ...setup, ...given }))
  expect(rejected({ loss: weightedSquares, params: { alpha: 1 } })).toContain('"test/loss" sums over all cells')
  const { quadratic: _, ...other } = gaussian
  expect(rejected({ loss: other })).toContain('needs a quadratic loss, got "test/loss" at head "liked"')
  expect(rejected({ l2: 0.1 })).toBe('samples the priors of its tables, which replace l2: "p" has an l2')
  expect(rejected({ frozen: ['p', 'q', 'bu', 'bi'] })).toBe('found no table to train')

  const problem = problemOf(setup)
  const score = problem.graph.nodes.get('score') as OpNode
  const training = (weights: OpNode['weights'], trained: readonly string[]) =>
    gibbs.rejects!(params, {
      ...problem,
      graph: { ...problem.graph, nodes: new Map(problem.graph.nodes).set('score', { ...score, weights }) },
      trains: new Set([...problem.trains, ...trained]),
    })
  const one = { shape: [1], init: 'zeros' as const }
  expect(training({ kernel: one }, ['score.kernel'])).toContain('"score" has a trained "kernel"')
  expect(training({ bias: { ...one, shape: [3] } }, [])).toContain('"score" has a trained "bias"')
  expect(training({ bias: one, shift: one }, ['score.shift'])).toContain(
    '"score" and "score" both have a trained weight',
  )
})
