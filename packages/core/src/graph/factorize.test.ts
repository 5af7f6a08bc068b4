import { key, uniform } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, programOf, world } from '../../test/world.js'
import { vectorsOf } from '../model/ranking/vectors.js'
import { factorize } from './factorize.js'
import { problemOf } from './problem.js'
import { scoreVjp } from './vjp.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 6, items: 7 })
const wide = { type: 'normal', deviation: 0.5 } as const

/** A random score of products, sums, mixes and constants; every number in it depends on `seed`. */
const scored = (seed: number, rate = 0.5): Document => {
  let draws = 0
  const random = (n: number) => Math.floor(uniform(key(seed), draws++) * n)
  const ops: Record<string, object> = {}
  const add = (entry: object) => {
    const name = `op${Object.keys(ops).length}`
    ops[name] = entry
    return name
  }
  const side = (table: string, price: boolean) => {
    const ways = [
      () => table,
      () => add({ type: 'dense', inputs: price ? [table, 'price'] : [table], units: 3, activation: 'tanh' }),
      () => add({ type: 'bias', inputs: [table], init: 0.3 }),
      () => add({ type: 'layerNorm', inputs: [table] }),
    ]
    return ways[random(ways.length)]!()
  }
  const scalars = [
    () => add({ type: 'dot', inputs: [side('p', false), side('q', true)] }),
    () => add({ type: 'cosine', inputs: [side('q', true), side('p', false)] }),
    () => add({ type: 'dense', inputs: [add({ type: 'hadamard', inputs: ['p', side('q', false)] })], units: 1 }),
    () => {
      const hidden = add({ type: 'dense', inputs: ['q', 'p', 'price'], units: 4 })
      return add({ type: 'dense', inputs: [add({ type: 'batchNorm', inputs: [hidden] })], units: 1, useBias: false })
    },
    () => add({ type: 'sum', inputs: ['bu', 'bi'], weights: [0.5, -2] }),
  ]
  const parts = [
    ...new Set(Array.from({ length: 3 }, () => scalars[random(scalars.length)]!())),
    add({ type: 'dot', inputs: ['p', 'q'] }),
    'bu',
    'bi',
    'price',
  ]
  const mixes = [
    (inputs: string[]) => add({ type: 'sum', inputs, weights: inputs.map((_, k) => 1 - 0.3 * k) }),
    (inputs: string[]) => add({ type: 'residual', inputs, gate: true }),
    (inputs: string[]) => add({ type: 'dense', inputs: [add({ type: 'concat', inputs })], units: 1 }),
  ]
  const mixed = mixes[random(mixes.length)]!(parts)
  const score = add({ type: 'bias', inputs: [add({ type: 'dropout', inputs: [mixed], rate })], init: 'target-mean' })
  const table = (input: string, dim: number) => ({ input, dim, init: wide })
  return {
    inputs: { ...ids, price: { type: 'number', entity: 'item' } },
    embeddings: { p: table('user', 3), q: table('item', 3), bu: table('user', 1), bi: table('item', 1) },
    ops,
    heads: { stars: { inputs: [score], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'adam' },
  }
}

const users = Int32Array.from({ length: 56 }, (_, pair) => Math.floor(pair / 8) - 1)
const items = users.map((_, pair) => (pair % 8) - 1)

for (let seed = 0; seed < 24; seed++)
  test(`the vectors of random score ${seed} multiply to the scores of its program`, () => {
    const program = programOf(scored(seed), data, kernels, seed)
    // numbers that training would leave: gates open, biases and statistics off their starts
    for (const [name, values] of program.weights)
      values.forEach((value, k) => {
        const noise = uniform(key(seed, 7, name.length, k), 0)
        values[k] = name.endsWith('.variance') ? 0.5 + noise : value + noise - 0.5
      })
    const head = [...program.graph.heads.values()][0]!
    const vectors = vectorsOf([program], head)
    if ('obstacle' in vectors) throw new Error(vectors.obstacle)
    const { user, item, width, constant } = vectors
    const scores = program.scores(head.inputs[0]!, users, items)
    for (const [pair, score] of scores.entries()) {
      let sum = constant
      for (let lane = 0; lane < width; lane++)
        sum += user[(users[pair]! + 1) * width + lane]! * item[(items[pair]! + 1) * width + lane]!
      expect(sum).toBeCloseTo(score, 4)
    }
  })

for (let seed = 0; seed < 24; seed++)
  test(`terms, constants of pairs and the constant of random score ${seed} add up to it for any trained set`, () => {
    const program = programOf(scored(seed, 0), data, kernels, seed)
    const { graph: found, weightsOf } = program
    for (const [name, values] of program.weights)
      values.forEach((value, k) => {
        values[k] = value + uniform(key(seed, 8, name.length, k), 0)
      })
    const score = [...found.heads.values()][0]!.inputs[0]!
    const scores = program.scores(score, users, items)
    let checked = 0
    for (const trains of [['bu'], ['bi', 'bu'], ['p'], ['q', 'bi']]) {
      const { terms, constants } = factorize(found, score, { trains: new Set(trains) })
      if (!terms) continue
      checked++
      const vjp = scoreVjp(found, score, weightsOf, new Set(trains))
      const sums = new Float64Array(scores.length).fill(vjp.constant)
      const add = (cotangent: Float64Array, value: (pair: number, lane: number) => number) => {
        for (let pair = 0; pair < sums.length; pair++)
          cotangent.forEach((weight, lane) => {
            sums[pair]! += weight * value(pair, lane)
          })
      }
      for (const term of terms) {
        const cotangent = vjp.of(term)
        const side = (factor: typeof term.user, entities: Int32Array) => {
          if (!factor) return () => 1
          const values = program.sideValues(factor.node)
          const width = cotangent.length
          return (pair: number, lane: number) => {
            const own = values.subarray((entities[pair]! + 1) * width, (entities[pair]! + 2) * width)
            return factor.normalized ? own[lane]! / Math.max(1e-6, Math.hypot(...own)) : own[lane]!
          }
        }
        const [left, right] = [side(term.user, users), side(term.item, items)]
        add(cotangent, (pair, lane) => left(pair, lane) * right(pair, lane))
      }
      for (const constant of constants) {
        const cotangent = vjp.of(constant)
        const values = program.scores(constant.at, users, items)
        add(cotangent, (pair, lane) => values[pair * cotangent.length + lane]!)
      }
      for (const [pair, sum] of sums.entries()) expect(sum, trains.join()).toBeCloseTo(scores[pair]!, 4)
    }
    expect(checked).toBeGreaterThan(1)
  })

const graph = (ops: object, solver: object = { type: 'adam' }, score = 'score') =>
  graphOf({
    inputs: { ...ids, mood: { type: 'category', entity: 'event' } },
    embeddings: {
      p: { input: 'user', dim: 2 },
      q: { input: 'item', dim: 2 },
      m: { input: 'mood', dim: 2 },
      bu: { input: 'user', dim: 1 },
    },
    ops: { used: { type: 'dense', inputs: ['m', 'p', 'q', 'bu'], units: 1, activation: 'relu' }, ...ops },
    heads: {
      stars: { inputs: [score], target: 'rating', loss: { type: 'mse' } },
      all: { inputs: ['used'], target: 'rating', loss: { type: 'mse' } },
    },
    solver,
  })
const dot = { type: 'dot', inputs: ['p', 'q'] }

test('the obstacle to a factorization is named', () => {
  const obstacle = (ops: object) => factorize(graph(ops), 'score').obstacle
  expect(obstacle({ score: dot })).toBeUndefined()
  expect(
    obstacle({
      hidden: { type: 'dense', inputs: ['p', 'q'], units: 2, activation: 'tanh' },
      score: { type: 'dense', inputs: ['hidden'], units: 1 },
    }),
  ).toEqual({
    node: 'hidden',
    reason: '"dense" has no bilinear form',
  })
  expect(obstacle({ score: { type: 'dense', inputs: ['p', 'q', 'm'], units: 1 } })).toEqual({
    node: 'm',
    reason: 'is read per event',
  })
  const both = { both: { type: 'sum', inputs: ['p', 'q'] }, score: { type: 'dot', inputs: ['both', 'q'] } }
  expect(obstacle(both)).toEqual({ node: 'score', reason: 'multiplies pair by item' })
})

test('trained factors must be tables; factors that are not trained may be any one-sided node', () => {
  const named = (ops: object, trains: string[]) => {
    const found = graph(ops, { type: 'adam', trains })
    return factorize(found, 'score', { trains: found.phases[0]!.trains })
  }
  const tower = {
    tower: { type: 'dense', inputs: ['p'], units: 2, activation: 'tanh' },
    score: { type: 'dot', inputs: ['tower', 'q'] },
  }
  expect(named(tower, ['q']).terms).toHaveLength(1)
  expect(named(tower, ['q', 'p']).obstacle).toEqual({ node: 'tower', reason: 'is not a table' })
  expect(named(tower, ['q', 'tower']).obstacle).toEqual({ node: 'tower', reason: 'is not a table' })
  const cosine = { score: { type: 'cosine', inputs: ['p', 'q'] } }
  expect(named(cosine, ['p']).obstacle).toEqual({ node: 'p', reason: 'is L2-normalized' })
  const thin = { match: dot, score: { type: 'dropout', inputs: ['match'] } }
  expect(named(thin, ['p']).obstacle).toEqual({ node: 'score', reason: '"dropout" is another function in training' })
  const noisy = {
    who: { type: 'l2Norm', inputs: ['p'] },
    thin: { type: 'dropout', inputs: ['who'], rate: 0.1 },
    what: { type: 'l2Norm', inputs: ['q'] },
    score: { type: 'dot', inputs: ['thin', 'what'] },
  }
  expect(named(noisy, ['p', 'q']).obstacle).toEqual({ node: 'thin', reason: 'is not a table' })
  expect(named({ match: dot, score: { type: 'l2Norm', inputs: ['match'] } }, ['p']).obstacle).toEqual({
    node: 'score',
    reason: '"l2Norm" has no bilinear form',
  })
  const mixed = { match: dot, score: { type: 'dense', inputs: ['match', 'bu'], units: 1 } }
  expect(named(mixed, ['score', 'p']).obstacle).toEqual({
    node: 'score',
    reason: '"dense" mixes its inputs by weights that are being trained',
  })
  expect(named(mixed, ['p', 'bu']).terms).toHaveLength(2)
})

test('constants inside a trained side are part of the score', () => {
  const program = programOf(
    {
      inputs: ids,
      embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 }, bu: { input: 'user', dim: 1 } },
      ops: {
        match: dot,
        shifted: { type: 'bias', inputs: ['bu'], init: 0.7, trainable: false },
        linear: { type: 'sum', inputs: ['match', 'shifted'], weights: [1, 2] },
        score: { type: 'bias', inputs: ['linear'], init: 0.1, trainable: false },
      },
      heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
      solver: { type: 'adam' },
    },
    data,
    kernels,
  )
  const { graph: found, weightsOf } = program
  const problem = problemOf(found, found.phases[0]!)
  const { terms } = problem.factors(problem.heads[0]!)
  expect(terms!.map((term) => [...scoreVjp(found, 'score', weightsOf, problem.trains).of(term)])).toEqual([[1, 1], [2]])
  expect(scoreVjp(found, 'score', weightsOf, problem.trains).constant).toBeCloseTo(1.5, 6)
  // serving evaluates the side as a whole, its constant included
  expect(scoreVjp(found, 'score', weightsOf).constant).toBeCloseTo(0.1, 6)
})
