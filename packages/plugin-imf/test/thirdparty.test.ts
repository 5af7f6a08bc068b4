import { type Dataset, type Graph, idsOf, load, loss, type Plugin, Type, tf, train, useBackend } from '@recspec/core'
import { compile, compileDocument } from '@recspec/dsl'
import { type Kernels, key, openKernels, uniform } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { imf } from '../src/index.js'

let kernels: Kernels
let two: Kernels
beforeAll(async () => {
  await useBackend('wasm')
  kernels = await openKernels({ threads: 1 })
  two = await openKernels({ threads: 2 })
})
afterAll(async () => {
  await kernels.close()
  await two.close()
})

/** A third-party plugin with two quadratic losses that weigh high ratings more. */
const thirdParty: Plugin = {
  name: 'other',
  apiVersion: 1,
  losses: {
    relative: loss({
      summary: 'r (ŷ − √r)².',
      params: Type.Object({ power: Type.Number({ default: 1 }) }, { additionalProperties: false }),
      inputs: { score: 'one' },
      examples: () => ({ of: 'event', items: 'own' }),
      apply: ({ power }, { score }, { target }) =>
        tf.mul(tf.pow(target!, power), tf.squaredDifference(tf.reshape(score.tensor, target!.shape), tf.sqrt(target!))),
      quadratic: ({ power }) => ({ target: Math.sqrt, weight: (r) => r ** power }),
    }),
    partial: loss({
      summary: 'r (ŷ − 2)² over observed cells, 0.2 ŷ² over the others.',
      params: Type.Object({}, { additionalProperties: false }),
      inputs: { score: 'one' },
      examples: () => ({ of: 'cell', items: 'all' }),
      apply: (_, { score }, { target, positive }) => {
        const value = tf.reshape(score.tensor, positive!.shape)
        const observed = tf.mul(tf.mul(positive!, target!), tf.square(tf.sub(value, 2)))
        return tf.add(observed, tf.mul(tf.mul(tf.sub(1, positive!), 0.2), tf.square(value)))
      },
      quadratic: () => ({ target: () => 2, weight: (r) => r, unobserved: 0.2 }),
    }),
  },
}

const data = ((): Dataset => {
  const random = (...parts: number[]) => uniform(key(5, ...parts), 0)
  const cells = Array.from({ length: 240 }, (_, cell) => [Math.floor(cell / 12), cell % 12] as const)
    .filter(([user, item]) => random(user, item) < 0.5)
    .map(([user, item]) => [user, item, 2.5 + Math.sin(user) * Math.cos(item) + random(user, item, 1)] as const)
  const names = (letter: string, count: number) => idsOf(Array.from({ length: count }, (_, at) => `${letter}${at}`))
  return {
    users: { ids: names('u', 20), columns: new Map() },
    items: { ids: names('i', 12), columns: new Map() },
    events: {
      count: cells.length,
      user: Int32Array.from(cells, ([user]) => user),
      item: Int32Array.from(cells, ([, item]) => item),
      columns: new Map([['rating', { kind: 'number', values: Float64Array.from(cells, ([, , r]) => r) }]]),
    },
    notes: [],
  }
})()

const graphOf = (document: object): Graph =>
  compile({ name: 'test.json', text: JSON.stringify({ recspec: 1, name: 'test', ...document }) }, [imf, thirdParty])

/** The last objective that training reports. */
const finalLoss = async (document: object, solver: object) => {
  let last = Number.NaN
  await train(graphOf({ ...document, solver }), data, {
    kernels,
    onReport: (report) => {
      last = report.loss
    },
  })
  return last
}

const inputs = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const table = (input: string, l2: number, nu = 0, dim = 2) => ({
  ...{ input, dim, l2, nu },
  init: { type: 'normal', deviation: 0.3 },
})
const factors = (loss: object, l2 = 0.5) => ({
  inputs,
  embeddings: { p: table('user', l2), q: table('item', l2) },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss } },
})
const descent = {
  ...{ type: 'adam', epochs: 1500, batchSize: 1000 },
  learningRate: { type: 'linear', from: 0.1, to: 0, steps: 1500 },
}

for (const loss of [
  { type: 'other/relative' },
  { type: 'other/relative', power: 0.5 },
  { type: 'other/partial' },
  { type: 'imf/gaussian', sigma: 0.7 },
  { type: 'imf/gaussian' },
])
  test(`als and adam find the same minima of ${JSON.stringify(loss)}`, async () => {
    const document = factors(loss)
    const exact = { type: 'imf/als', iterations: 500 }
    // there are several minima: each solver starts where the other ends, and cannot lower the objective
    const [alsLoss, adamLoss] = [await finalLoss(document, exact), await finalLoss(document, descent)]
    const gentle = { ...descent, learningRate: { type: 'linear', from: 0.01, to: 0, steps: 1500 } }
    expect((await finalLoss(document, [exact, gentle])) / alsLoss).toBeCloseTo(1, 3)
    expect((await finalLoss(document, [descent, exact])) / adamLoss).toBeCloseTo(1, 3)
    expect(Math.abs(adamLoss / alsLoss - 1)).toBeLessThan(0.1)
  })

test('without penalties the minimum of the Gaussian loss is that of mse', async () => {
  const solver = { type: 'imf/als', iterations: 100 }
  const [likelihood, squares] = [
    await finalLoss(factors({ type: 'imf/gaussian', sigma: 0.5 }, 0), solver),
    await finalLoss(factors({ type: 'mse' }, 0), solver),
  ]
  expect(likelihood).toBeCloseTo(squares / (2 * 0.25) + 0.5 * Math.log(2 * Math.PI * 0.25), 3)
})

test('svd and adam find the same minimum of filled squares', async () => {
  const document = factors({ type: 'imf/filled-squares', fill: 'zero' })
  const exact = await finalLoss(document, { type: 'imf/svd', powerIterations: 20 })
  expect((await finalLoss(document, descent)) / exact).toBeCloseTo(1, 2)
})

test('als trains the error that a network of an earlier phase leaves', async () => {
  const document = {
    inputs,
    embeddings: { p: table('user', 0.5), q: table('item', 0.5), s: table('user', 0), t: table('item', 0) },
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      deep: { type: 'mlp', inputs: ['s', 't'], units: [8], activation: 'relu' },
      ann: { type: 'dense', inputs: ['deep'], units: 1 },
      score: { type: 'sum', inputs: ['match', 'ann'] },
    },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  }
  const network = { ...descent, epochs: 60, learningRate: 0.02, trains: ['s', 't', 'deep', 'ann'] }
  const exact = await finalLoss(document, [network, { type: 'imf/als', iterations: 100, trains: ['p', 'q'] }])
  const gradient = await finalLoss(document, [network, { ...descent, trains: ['p', 'q'] }])
  expect(gradient / exact).toBeCloseTo(1, 2)
})

test('als rejects what it cannot train at /solver, naming the node', () => {
  const diagnosticOf = (document: object) => {
    try {
      graphOf({ ...document, solver: { type: 'imf/als' } })
    } catch (error) {
      return String(error)
    }
    return 'accepted'
  }
  const base = factors({ type: 'other/relative' })
  const deep = { ...base, ops: { ...base.ops, score: { type: 'mlp', inputs: ['p', 'q'], units: [4, 1] } } }
  expect(diagnosticOf(deep)).toContain('"score')
  expect(diagnosticOf(deep)).toContain('/solver')
  const trained = { ...base, ops: { m: base.ops.score, score: { type: 'bias', inputs: ['m'] } } }
  expect(diagnosticOf(trained)).toContain('"score" has a trained "bias"')
  const shifted = {
    ...factors({ type: 'other/partial' }),
    ops: { m: base.ops.score, score: { type: 'bias', inputs: ['m'], init: 1, trainable: false } },
  }
  expect(diagnosticOf(shifted)).toContain('"score" adds a constant')
  expect(diagnosticOf(base)).toBe('accepted')
})

test('a sampled model has the same bytes on one thread and two, loads, and predicts', async () => {
  const document = {
    ...factors({ type: 'imf/gaussian' }, 0),
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      score: { type: 'bias', inputs: ['match'], init: 'target-mean' },
    },
    solver: { type: 'imf/gibbs', samples: 30, burnIn: 10 },
  }
  const graph = graphOf(document)
  const bytes = async (kernels: Kernels) => (await train(graph, data, { kernels })).model.save()
  const first = await bytes(kernels)
  expect(await bytes(two)).toEqual(first)
  const model = await load(first, (stored) => compileDocument(stored, [imf]), { kernels })
  const predicted = model.predict(data.events.user, data.events.item)
  const { values } = data.events.columns.get('rating') as { values: Float64Array }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const error = (of: (at: number) => number) => values.reduce((sum, value, at) => sum + (value - of(at)) ** 2, 0)
  expect(error((at) => predicted[at]!)).toBeLessThan(0.7 * error(() => mean))
})
