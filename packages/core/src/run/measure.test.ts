import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import { load } from '../model/read.js'
import { train } from './train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 8, items: 12 })

/** A factorization that holds out two rows of each user: one for test, one for validation. */
const graph = graphOf({
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 1 } } },
  solver: { type: 'adam', epochs: 2, batchSize: 8, stop: { metric: 'epr', patience: 2 } },
  evaluation: { split: { type: 'leave-one-out' }, metrics: ['epr', 'hr@3'] },
})

test('evaluation on trained rows ranks each among all items except those of validation rows', async () => {
  const { model, rows } = await train(graph, data, { kernels })
  const { events } = data
  // in time order, the last row of each user is for test, the one before it for validation
  const byUser = Array.from({ length: 8 }, (_, user) =>
    Array.from({ length: events.count }, (_, row) => row)
      .filter((row) => events.user[row] === user)
      .sort((a, b) => events.time![a]! - events.time![b]! || a - b),
  )
  const everyone = Int32Array.from({ length: 12 }, (_, item) => item)
  let sum = 0
  let trained = 0
  for (const [user, own] of byUser.entries()) {
    const scores = model.predict(new Int32Array(12).fill(user), everyone)
    const validating = events.item[own.at(-2)!]!
    for (const row of own.slice(0, -2)) {
      const item = events.item[row]!
      const others = [...everyone].filter((other) => other !== item && other !== validating)
      sum += others.filter((other) => scores[other]! >= scores[item]!).length / others.length
      trained++
    }
  }
  expect(trained).toBe(rows)
  const found = await model.evaluate(data, 'trained')
  expect(found).toMatchObject({ protocol: 'trained/all', rows, trained: rows })
  expect(found.metrics['epr']).toBeCloseTo(sum / trained, 5)
  const back = await load(await model.save(), () => graph, { kernels })
  expect(await back.evaluate(data, 'trained')).toEqual(found)
  expect((await model.evaluate(data)).rows).toBe(events.count)
})

test('rows that the model was not trained on are not measured as trained rows', async () => {
  const { model } = await train(graph, data, { kernels })
  const none = { ...data, events: { ...data.events, count: 0, user: new Int32Array(0), item: new Int32Array(0) } }
  await expect(model.evaluate(none, 'trained')).rejects.toThrow('trained on none of these rows')
})

test('an evaluation names the measured heads where there are several', async () => {
  const heads = {
    warm: { inputs: ['bu'], target: 'rating', loss: { type: 'mse' } },
    liked: { inputs: ['score'], loss: { type: 'bpr' } },
  }
  const document = (metrics: readonly string[]) =>
    graphOf({
      inputs: ids,
      embeddings: {
        p: { input: 'user', dim: 2 },
        q: { input: 'item', dim: 2 },
        bu: { input: 'user', dim: 1 },
      },
      ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
      heads,
      solver: { type: 'sgd', epochs: 1, batchSize: 8 },
      evaluation: { metrics },
    })
  const measured = async (metrics: readonly string[]) =>
    (await train(document(metrics), data, { kernels })).evaluation!.head
  expect(await measured(['rmse'])).toEqual({ predictions: 'warm' })
  expect(await measured(['hr@3', 'rmse'])).toEqual({ predictions: 'warm', rankings: 'liked' })
  expect((await train(graph, data, { kernels })).evaluation).not.toHaveProperty('head')
})
