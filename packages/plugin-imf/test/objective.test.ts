import { type Dataset, type Graph, idsOf, load, train, useBackend } from '@recspec/core'
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

/** About half of the cells, with ratings of rank 2 plus noise. */
const data = ((): Dataset => {
  const cells: [number, number, number][] = []
  const random = (...parts: number[]) => uniform(key(3, ...parts), 0)
  for (let user = 0; user < 20; user++)
    for (let item = 0; item < 15; item++) {
      const taste = Math.sin(user) * Math.cos(item) + Math.sin(user * 2) * Math.sin(item * 3)
      if (random(user, item) < 0.5) cells.push([user, item, 3 + taste + random(user, item, 1)])
    }
  const names = (letter: string, count: number) => idsOf(Array.from({ length: count }, (_, at) => `${letter}${at}`))
  return {
    users: { ids: names('u', 20), columns: new Map() },
    items: { ids: names('i', 15), columns: new Map() },
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
  compile({ name: 'test.json', text: JSON.stringify({ recspec: 1, name: 'test', ...document }) }, [imf])

/** The last objective that training reports. */
const finalLoss = async (document: object, solver: object) => {
  let loss = Number.NaN
  await train(graphOf({ ...document, solver }), data, {
    kernels,
    onReport: (report) => {
      loss = report.loss
    },
  })
  return loss
}

const inputs = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const table = (input: string, dim: number, l2: number, nu: number) => ({
  input,
  dim,
  l2,
  nu,
  init: { type: 'normal', deviation: 0.3 },
})

const implicit = (loss: object, nu: number) => ({
  inputs,
  embeddings: { p: table('user', 3, nu === 1 ? 0.05 : 0.5, nu), q: table('item', 3, nu === 1 ? 0.05 : 0.5, nu) },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { liked: { inputs: ['score'], ...loss } },
})
const explicit = (nu: number) => ({
  inputs,
  embeddings: {
    p: table('user', 2, nu === 1 ? 0.2 : 2, nu),
    q: table('item', 2, nu === 1 ? 0.2 : 2, nu),
    bu: table('user', 1, nu === 1 ? 0.1 : 1, nu),
    bi: table('item', 1, nu === 1 ? 0.1 : 1, nu),
  },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    linear: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
    score: { type: 'bias', inputs: ['linear'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
})

const closed = { type: 'imf/als', iterations: 200 }
const decaying = { type: 'linear', from: 0.1, to: 0, steps: 600 }

for (const nu of [0, 1]) {
  for (const [name, loss] of [
    ['α', { target: 'rating', loss: { type: 'imf/weighted-squares', alpha: 2 } }],
    ['α₀', { loss: { type: 'imf/weighted-squares', unobservedWeight: 0.3 } }],
  ] as const)
    test(`als and adam find the same minimum of weighted squares with ${name}, nu ${nu}`, async () => {
      const document = implicit(loss, nu)
      const exact = await finalLoss(document, closed)
      const gradient = await finalLoss(document, { type: 'adam', learningRate: decaying, epochs: 600, batchSize: 1000 })
      expect(gradient / exact).toBeGreaterThan(0.99)
      expect(gradient / exact).toBeLessThan(1.01)
    })

  test(`als, adam and per-example sgd find the same minimum of a biased factorization, nu ${nu}`, async () => {
    const document = explicit(nu)
    const exact = await finalLoss(document, closed)
    const events = data.events.count
    const solvers = [
      { type: 'adam', learningRate: decaying, epochs: 600, batchSize: 1000 },
      { type: 'sgd', learningRate: { type: 'linear', from: 0.02, to: 0, steps: 300 * events }, epochs: 300 },
    ]
    for (const solver of solvers) {
      const found = await finalLoss(document, solver)
      expect(found / exact, solver.type).toBeGreaterThan(0.99)
      expect(found / exact, solver.type).toBeLessThan(1.01)
    }
  })
}

test('als gives the same bytes again, on two threads and after an interruption, and they load', async () => {
  for (const document of [
    explicit(1),
    implicit({ loss: { type: 'imf/weighted-squares', unobservedWeight: 0.3 } }, 1),
  ]) {
    const graph = graphOf({ ...document, solver: { type: 'imf/als', iterations: 5 } })
    const run = async (options: object) => (await train(graph, data, { kernels, ...options })).model.save()
    const first = await run({})
    expect(await run({})).toEqual(first)
    expect(await run({ kernels: two })).toEqual(first)
    expect(await run({ seed: 1 })).not.toEqual(first)
    const { interrupted } = await train(graph, data, { kernels, signal: AbortSignal.abort() })
    expect(await run({ resume: interrupted })).toEqual(first)
    const model = await load(first, (stored) => compileDocument(stored, [imf]), { kernels })
    expect(await model.recommend(0, 3)).toHaveLength(3)
  }
})
