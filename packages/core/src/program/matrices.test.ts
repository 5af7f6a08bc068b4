import { compile, compileDocument } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cooccurrence } from '../../test/cooccurrence.js'
import { type Document, local, type Opened, opened, world } from '../../test/world.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Model } from '../model/model.js'
import { load } from '../model/read.js'
import { train } from '../run/train.js'
import { lower } from './lower.js'

let kernels: Opened
let model: Model
const data = world({ users: 9, items: 7 })
const plugins = [local, cooccurrence]
const linear: Document = {
  recspec: 1,
  name: 'pairs',
  inputs: { seen: { type: 'history', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  ops: { score: { type: 'pairs/items', inputs: ['seen', 'item'] } },
  heads: { row: { inputs: ['score'], loss: { type: 'local/multinomial' } } },
  solver: { type: 'pairs/count' },
  evaluation: { split: { type: 'given' } },
}
const graphOf = (document: Document) => compile({ name: 'test.json', text: JSON.stringify(document) }, plugins)
const trained = async (document: Document, on: Dataset = data) => train(graphOf(document), on, { kernels })

beforeAll(async () => {
  kernels = await opened()
  model = (await trained(linear)).model
})
afterAll(() => kernels.close())

const items = data.items.ids.count
const users = data.users.ids.count
const has = (user: number, item: number) =>
  data.events.user.some((one, k) => one === user && data.events.item[k] === item)
const everyone = Array.from({ length: users }, (_, user) => user)
const catalogue = Array.from({ length: items }, (_, item) => item)
const count = (a: number, b: number) => (a === b ? 0 : everyone.filter((user) => has(user, a) && has(user, b)).length)
const scoreOf = (list: readonly number[], item: number) => list.reduce((sum, one) => sum + count(one, item), 0)
const itemsOf = (user: number) => catalogue.filter((item) => has(user, item))

test('the score of a pair is the sum of the rows of the items that a user has', () => {
  const pairs = everyone.flatMap((user) => catalogue.map((item) => [user, item] as const))
  const found = model.predict(
    Int32Array.from(pairs, ([user]) => user),
    Int32Array.from(pairs, ([, item]) => item),
  )
  expect([...found]).toEqual(pairs.map(([user, item]) => scoreOf(itemsOf(user), item)))
  // someone unknown has no items, and an unknown item no row
  expect([...model.predict(Int32Array.of(-1, 0), Int32Array.of(2, -1))]).toEqual([0, 0])
})

test('recommends the best items that a user does not have', async () => {
  for (const user of everyone) {
    const others = catalogue.filter((item) => !has(user, item))
    const found = await model.recommend(user, items)
    expect(found.map(({ index }) => index).sort()).toEqual([...others].sort())
    for (const { index, score } of found) expect(score).toBe(scoreOf(itemsOf(user), index))
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a))
  }
})

test('recommends for someone new by their items, without a row of their own', async () => {
  const list = [1, 4, 5]
  const found = await model.recommendFor({ interactions: list.map((index) => ({ index })) }, items)
  expect(found.map(({ index }) => index).sort()).toEqual(catalogue.filter((item) => !list.includes(item)))
  for (const { index, score } of found) expect(score).toBe(scoreOf(list, index))
})

test('items are similar by the matrix, users are not comparable', async () => {
  const found = await model.similar('item', 3, items)
  expect(found.map(({ index }) => index)).not.toContain(3)
  for (const { index, score } of found) expect(score).toBe(count(3, index))
  await expect(model.similar('item', 3, 2, 'cosine')).rejects.toThrow('are compared by its matrix')
  await expect(model.similar('user', 3, 2)).rejects.toThrow('bilinear')
})

test('contributions of the items of a user sum to the score', () => {
  const { score, stored, because, besides } = model.why(2, 6)
  expect(because.map(({ index }) => index).sort()).toEqual(itemsOf(2))
  for (const { index, score } of because) expect(score).toBe(count(index, 6))
  expect([score, stored]).toEqual([scoreOf(itemsOf(2), 6), scoreOf(itemsOf(2), 6)])
  expect(besides).toEqual([])
})

test('ranks held-out items as the scores of all pairs do', async () => {
  const measured = { ...linear, evaluation: { split: { type: 'leave-one-out' }, metrics: ['mrr@5', 'hr@2'] } }
  const direct = await trained(measured)
  // a sum of one op is not read from its matrix alone
  const summed = {
    ...measured,
    ops: { ...(linear['ops'] as object), same: { type: 'sum', inputs: ['score'] } },
    heads: { row: { inputs: ['same'], loss: { type: 'local/multinomial' } } },
  }
  expect(direct.evaluation!.metrics).toEqual((await trained(summed)).evaluation!.metrics)
})

test('users who were not trained on are measured by the events that are folded in', async () => {
  const split = { type: 'held-out-users', users: 0.3, foldIn: 0.5, least: 2 }
  const { model: held, evaluation } = await trained({ ...linear, evaluation: { split, metrics: ['hr@3'] } })
  expect(evaluation!.metrics['hr@3']).toBeGreaterThan(0)
  expect(held.why(0, 1)).toMatchObject({ besides: [] })
})

test('a file keeps the matrix, and refuses one that does not fit', async () => {
  const file = await model.save()
  const back = await load(file, (document) => compileDocument(document, plugins), { kernels })
  for (const user of everyone) expect(await back.recommend(user, 3)).toEqual(await model.recommend(user, 3))
  const broken = { ...cooccurrence, layers: { items: { ...cooccurrence.layers!['items']!, matrix: () => refuse() } } }
  await expect(
    load(file, (document) => compileDocument(document, [local, broken as never]), { kernels }),
  ).rejects.toThrow('matrix of "score": needs 4 numbers')
})

const refuse = () => {
  throw new Error('needs 4 numbers')
}

test('another phase trains what is added to the score of a matrix', async () => {
  const both: Document = {
    ...linear,
    inputs: { ...(linear['inputs'] as object), user: { type: 'id', entity: 'user' } },
    embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
    ops: {
      ...(linear['ops'] as object),
      more: { type: 'dot', inputs: ['p', 'q'] },
      all: { type: 'sum', inputs: ['score', 'more'] },
    },
    heads: { liked: { inputs: ['all'], loss: { type: 'bce', negatives: 2 } } },
    solver: [
      { type: 'pairs/count', trains: ['score'] },
      { type: 'adam', trains: ['p', 'q'], epochs: 2, batchSize: 8 },
    ],
  }
  const { model: sum } = await trained(both)
  const [matrix] = sum.predict(Int32Array.of(1), Int32Array.of(2))
  expect(Number.isFinite(matrix)).toBe(true)
  const file = await sum.save()
  const back = await load(file, (document) => compileDocument(document, plugins), { kernels })
  expect([...back.predict(Int32Array.of(1, 3), Int32Array.of(2, 4))]).toEqual([
    ...sum.predict(Int32Array.of(1, 3), Int32Array.of(2, 4)),
  ])
})

const refused = (change: Document) => {
  try {
    graphOf({ ...linear, ...change })
  } catch (error) {
    return String(error)
  }
  return 'compiled'
}

test('descent, other inputs and a matrix before it is computed are refused', async () => {
  expect(refused({ solver: { type: 'adam' } })).toContain('cannot train the matrix of "score"')
  expect(
    refused({ inputs: { seen: { type: 'history', entity: 'item' }, item: { type: 'id', entity: 'item' } } }),
  ).toContain('needs the history of a user')
  const program = lower(graphOf(linear), data, { kernels, seed: 0 })
  expect(() => program.scores('score', Int32Array.of(0), Int32Array.of(1))).toThrow('"score" is not computed')
})
