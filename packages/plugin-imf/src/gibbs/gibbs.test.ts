import { type OpNode, type Problem, type Progress, useBackend } from '@recspec/core'
import { type Kernels, key, normal, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { denseObjective, doubles } from '../../test/oracle.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { gaussian } from '../gaussian.js'
import { weightedSquares } from '../squares.js'
import { gibbs } from './gibbs.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('cpu')
  kernels = await openKernels({ implementation: 'typescript' })
})

const [users, items, noise, center] = [60, 40, 0.3, 3]
const planted = (() => {
  const vector = (side: number, row: number) => [0, 1].map((k) => 0.8 * normal(key(side, row), k))
  const bias = (side: number, row: number) => 0.5 * normal(key(side, row), 9)
  return (user: number, item: number) =>
    center + bias(3, user) + bias(4, item) + vector(3, user).reduce((sum, x, k) => sum + x * vector(4, item)[k]!, 0)
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
  ...{ users, items, dim: 2, events, l2: 0, bias: { l2: 0, nu: 1 }, constant: 0 },
  ...{ loss: gaussian, params: { sigma: 1 } },
}

/** The global mean trained along, as a document's bias op has it. */
const withMean = (setup: Setup): { problem: Problem; mean: Float32Array } => {
  const { graph, trains, ...problem } = problemOf(setup)
  const score = graph.nodes.get('score') as OpNode
  const weights = { bias: { shape: [1], init: 'zeros' as const } }
  const nodes = new Map(graph.nodes).set('score', { ...score, weights })
  return {
    problem: { ...problem, graph: { ...graph, nodes }, trains: new Set([...trains, 'score.bias']) },
    mean: Float32Array.of(0),
  }
}

const params = { samples: 60, burnIn: 30, noise: 'user' } as const
const prepare = (given: Setup) => {
  const { problem, mean } = withMean(given)
  const made = programOf(given, problem, kernels)
  const weightsOf = (node: string) => (node === 'score' ? { bias: mean } : made.weightsOf(node))
  return { problem, mean, program: { ...made, weightsOf } as typeof made }
}
const fit = async (given: Setup, over: object = {}, run: object = {}) => {
  const { problem, program, mean } = prepare(given)
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

const apart = (a: Float64Array, b: (user: number, item: number) => number) =>
  Math.sqrt(a.reduce((sum, value, at) => sum + (value - b(...held[at]!)) ** 2, 0) / a.length)

test('the mean of samples is near what was planted, and the noise is found', async () => {
  for (const kind of ['user', 'shared'] as const) {
    const { predictions, reports } = await fit(setup, { noise: kind })
    expect(apart(predictions, planted)).toBeLessThan(0.7 * noise)
    expect(apart(predictions, () => center)).toBeGreaterThan(0.8)
    const found = reports.flatMap(({ sample }) => (sample ? [sample.deviation!] : []))
    expect(Math.abs(found.reduce((sum, value) => sum + value, 0) / found.length - noise)).toBeLessThan(0.04)
  }
})

test('the mean of samples is better than a sample', async () => {
  const one = await fit(setup, { samples: 1 })
  const many = await fit(setup)
  expect(apart(many.predictions, planted)).toBeLessThan(0.9 * apart(one.predictions, planted))
})

test('users whose ratings are noisy are believed less where each has a noise of their own', async () => {
  const erratic = events.map(([user, item, r]) =>
    user % 3 === 0 ? ([user, item, r + 2 * normal(key(6, user), item)] as const) : ([user, item, r] as const),
  )
  const own = await fit({ ...setup, events: erratic })
  const shared = await fit({ ...setup, events: erratic }, { noise: 'shared' })
  expect(apart(own.predictions, planted)).toBeLessThan(0.85 * apart(shared.predictions, planted))
})

test('at most 50 samples are kept unless the document says how', async () => {
  const places = ({ reports }: Awaited<ReturnType<typeof fit>>) =>
    reports.filter(({ sample }) => sample).map(({ epoch }) => epoch)
  expect(places(await fit(setup, { samples: 6, burnIn: 2 }))).toEqual([3, 4, 5, 6, 7, 8])
  expect(places(await fit(setup, { samples: 6, burnIn: 2, thin: 4 }))).toEqual([6])
  const many = places(await fit(setup, { samples: 120, burnIn: 1 }))
  expect(many).toHaveLength(40)
  expect(many.slice(0, 2)).toEqual([4, 7])
  expect(gibbs.plan!({ samples: 512, burnIn: 16 }, problemOf(setup))).toBe(
    '16 sweeps, then 512 of which one in 11 is kept: 46 samples',
  )
})

test('the loss reported is the objective of the graph', async () => {
  const { program, reports, mean } = await fit(setup, { samples: 2, burnIn: 1 })
  const density = (score: number, r: number | undefined) => 0.5 * (score - r!) ** 2 + 0.5 * Math.log(2 * Math.PI)
  const expected = denseObjective({ ...setup, constant: mean[0]! }, density, 0, doubles(program)) / events.length
  expect(Math.abs(reports.at(-1)!.loss - expected)).toBeLessThan(1e-5 * expected)
})

test('the same seed gives the same bytes, another seed others; a stopped run goes on to the same', async () => {
  const bytes = ({ tables }: { tables: ReadonlyMap<string, { values: Float32Array }> }) =>
    [...tables.values()].map(({ values }) => [...values])
  const short = { samples: 4, burnIn: 2 }
  const [whole, again, other] = [await fit(setup, short), await fit(setup, short), await fit(setup, short, { seed: 1 })]
  expect(bytes(again.program)).toEqual(bytes(whole.program))
  expect(again.mean).toEqual(whole.mean)
  expect(bytes(other.program)).not.toEqual(bytes(whole.program))

  const { problem, program, mean } = prepare(setup)
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

test('rows that training never reads end as zeros, and what is held still does not move', async () => {
  const { program } = await fit(setup, { samples: 2, burnIn: 1 })
  for (const { values, spec } of program.tables.values())
    for (const row of [0, spec.input === 'user' ? 8 : 6])
      expect([...values.slice(row * spec.dim, (row + 1) * spec.dim)]).toEqual(Array(spec.dim).fill(0))
  const still = { ...setup, frozen: ['q', 'bi'] }
  const before = doubles(prepare(still).program)
  const after = doubles((await fit(still, { samples: 2, burnIn: 1 })).program)
  for (const name of ['q', 'bi']) expect(after.get(name)).toEqual(before.get(name))
  expect(after.get('p')).not.toEqual(before.get('p'))
})

test('what cannot be drawn row by row is refused, naming it', () => {
  const refused = (given: Partial<Setup>) => gibbs.rejects!(params, problemOf({ ...setup, ...given }))
  expect(refused({ loss: weightedSquares, params: { alpha: 1 } })).toContain('"test" is about all cells')
  const { quadratic: _, ...other } = gaussian
  expect(refused({ loss: other })).toContain('needs a loss of squares, got "test" at head "liked"')
  expect(refused({ l2: 0.1 })).toBe('learns the priors of its tables from data: "p" has an l2')
  expect(refused({ frozen: ['p', 'q', 'bu', 'bi'] })).toBe('found no table to train')

  const { problem } = withMean(setup)
  const score = problem.graph.nodes.get('score') as OpNode
  const learning = (weights: OpNode['weights'], trained: readonly string[]) =>
    gibbs.rejects!(params, {
      ...problem,
      graph: { ...problem.graph, nodes: new Map(problem.graph.nodes).set('score', { ...score, weights }) },
      trains: new Set([...problem.trains, ...trained]),
    })
  const one = { shape: [1], init: 'zeros' as const }
  expect(learning({ kernel: one }, ['score.kernel'])).toContain('"score" has a trained "kernel"')
  expect(learning({ bias: { ...one, shape: [3] } }, [])).toContain('"score" has a trained "bias"')
  expect(learning({ bias: one, shift: one }, ['score.shift'])).toContain(
    '"score" and "score" both have a trained weight',
  )
})
