import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import type { Events } from '../dataset/dataset.js'
import { takeEvents } from '../dataset/take.js'
import { train } from '../run/train.js'
import type { Model } from './model.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 16, items: 12 })
const rows = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, k) => from + k)

test('without an input its values are unknown', async () => {
  const graph = graphOf({
    inputs: {
      ...ids,
      price: { type: 'number', entity: 'item' },
      land: { type: 'category', entity: 'user' },
      past: { type: 'history', entity: 'user', maxLength: 4 },
    },
    embeddings: {
      p: { input: 'user', dim: 3 },
      q: { input: 'item', dim: 3 },
      where: { input: 'land', dim: 2, init: 'zeros' },
      seen: { input: 'past', dim: 3, combine: 'mean' },
    },
    ops: {
      all: { type: 'concat', inputs: ['p', 'q', 'where', 'price', 'seen'] },
      deep: { type: 'dense', inputs: ['all'], units: 8, activation: 'tanh' },
      score: { type: 'dense', inputs: ['deep'], units: 1 },
    },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'adam', learningRate: 0.1, epochs: 4, batchSize: 32 },
    evaluation: { metrics: ['rmse'] },
  })
  const test = takeEvents(data.events, rows(0, 20))
  const { model } = await train(graph, { ...data, test }, { kernels })
  const whole = await model.evaluate({ ...data, test })
  const without = async (name: string) => model.evaluate({ ...data, test }, 'test', { without: name })
  const item = await without('item')
  expect(item.protocol).toBe(`${whole.protocol}/without-item`)
  expect(item.baseline).toEqual({})
  expect(item.rows).toBe(whole.rows)
  expect(item.metrics['rmse']).not.toBe(whole.metrics['rmse'])
  for (const name of ['past', 'price', 'land', 'user'])
    expect((await without(name)).metrics['rmse'], name).not.toBe(whole.metrics['rmse'])
  // the model itself is unchanged
  expect(await model.evaluate({ ...data, test })).toEqual(whole)
  await expect(without('nobody')).rejects.toThrow('unknown input "nobody"')
})

/** Expected recall@k of a random order: k by the candidates of each tested user, at most 1. */
const blindRecall = async (model: Model, tested: Events, k: number): Promise<number> => {
  const items = model.items.ids.count
  const recalls = [...new Set(tested.user)].map((user) => {
    const held = new Set(tested.item.filter((_, row) => tested.user[row] === user))
    const seen = new Set(data.events.item.filter((item, row) => data.events.user[row] === user && !held.has(item)))
    return Math.min(1, k / (items - seen.size))
  })
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
}

test('an ablated id predicts as the unknown entity does', async () => {
  const graph = graphOf({
    inputs: ids,
    embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    heads: { stars: { inputs: ['score'], loss: { type: 'bpr' } } },
    solver: { type: 'sgd', epochs: 5 },
    evaluation: { metrics: ['recall@3'] },
  })
  const test = takeEvents(data.events, rows(0, 20))
  const { model } = await train(graph, { ...data, test }, { kernels })
  // all scores are 0 without users: every held-out item has any rank, as if they were drawn
  const blind = await model.evaluate({ ...data, test }, 'test', { without: 'user' })
  const random = await blindRecall(model, test, 3)
  expect(blind.metrics['recall@3']).toBeCloseTo(random, 12)
  expect((await model.evaluate({ ...data, test })).metrics['recall@3']).toBeGreaterThan(0)
})
