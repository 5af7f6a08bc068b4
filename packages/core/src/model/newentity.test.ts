import { compileDocument } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, local, type Opened, opened, programOf, world } from '../../test/world.js'
import { cell } from '../dataset/column.js'
import { train } from '../run/train.js'
import { createModel } from './create.js'
import type { Model } from './model.js'
import { load } from './read.js'

let kernels: Opened
let model: Model
beforeAll(async () => {
  kernels = await opened()
  model = (await train(graphOf(towers), data, { kernels })).model
})
afterAll(() => kernels.close())

const data = world({ users: 12, items: 10, has: (user, item) => user < 11 && item < 9 && (user * item) % 3 !== 1 })
const towers: Document = {
  inputs: {
    user: { ...ids.user, dropout: 0.3 },
    land: { type: 'category', entity: 'user' },
    item: { ...ids.item, dropout: 0.3 },
    genres: { type: 'categories', entity: 'item' },
    price: { type: 'number', entity: 'item' },
  },
  embeddings: {
    p: { input: 'user', dim: 4 },
    l: { input: 'land', dim: 4 },
    q: { input: 'item', dim: 4 },
    g: { input: 'genres', dim: 4, combine: 'mean' },
  },
  ops: {
    who: { type: 'sum', inputs: ['p', 'l'] },
    told: { type: 'dense', inputs: ['price'], units: 4 },
    what: { type: 'sum', inputs: ['q', 'g', 'told'] },
    score: { type: 'dot', inputs: ['who', 'what'] },
  },
  heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } },
  solver: { type: 'adam', epochs: 3, batchSize: 16 },
  evaluation: { split: { type: 'leave-one-out' }, metrics: ['hr@3'] },
}
/** The same with a score that does not factorize. */
const deep: Document = {
  ...towers,
  ops: {
    deep: { type: 'mlp', inputs: ['p', 'l', 'q', 'g', 'price'], units: [8] },
    score: { type: 'dense', inputs: ['deep'], units: 1 },
  },
}
const columnsOf = (side: 'users' | 'items', index: number, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, cell(data[side].columns.get(name)!, index) ?? null]))

test('a model says which columns describe someone new', () => {
  expect(model.columnsOf('user')).toEqual(['land'])
  expect(model.columnsOf('item')).toEqual(['genres', 'price'])
})

// user 11 and item 9 have no events: with dropout their ids are unknown, as those of someone new
for (const [name, document] of [
  ['a product', towers],
  ['a network', deep],
] as const)
  test(`someone described by columns gets the list of a user with these columns and an unknown id, by ${name}`, async () => {
    const { model } = await train(graphOf(document), data, { kernels })
    const told = await model.recommendFor({ columns: columnsOf('users', 11, ['land']) }, 10)
    const own = await model.recommend(11, 10)
    expect(told.map(({ id }) => id)).toEqual(own.map(({ id }) => id))
    told.forEach(({ score }, place) => {
      expect(score).toBeCloseTo(own[place]!.score, 5)
    })
    const missing = await model.recommendFor({ columns: {} }, 10)
    expect(missing.map(({ score }) => score)).not.toEqual(told.map(({ score }) => score))
    expect(await model.recommendFor({ columns: { land: null } }, 10)).toEqual(missing)
  })

test('the nearest items of a described item are those of the item itself, which is the nearest', async () => {
  const found = await model.similarTo('item', { columns: columnsOf('items', 9, ['genres', 'price']) }, 4)
  expect(found[0]!.index).toBe(9)
  expect(found[0]!.score).toBeCloseTo(1, 5)
  const own = await model.similar('item', 9, 3)
  expect(found.slice(1).map(({ index }) => index)).toEqual(own.map(({ index }) => index))
})

for (const [name, document] of [
  ['a product', towers],
  ['a network', deep],
] as const)
  test(`new rows take part in every answer and in the saved file, by ${name}`, async () => {
    const { model } = await train(graphOf(document), data, { kernels })
    const more = model.withNew({
      users: [{ id: 'u-new', columns: columnsOf('users', 11, ['land']) }],
      items: [{ id: 'i-new', columns: columnsOf('items', 9, ['genres', 'price']) }, { id: 'i-other' }],
    })
    expect([more.users.ids.count, more.items.ids.count]).toEqual([13, 12])
    expect(more.items.ids.indexOf('i-new')).toBe(10)
    const [known, added] = [9, 10].map((item) => more.predict(Int32Array.of(0, 3), Int32Array.of(item, item)))
    for (const k of [0, 1]) expect(added![k]).toBeCloseTo(known![k]!, 5)
    const ranked = await more.recommend(0, 12, true)
    expect(ranked).toHaveLength(12)
    expect(ranked.find(({ id }) => id === 'i-new')!.score).toBeCloseTo(
      ranked.find(({ index }) => index === 9)!.score,
      5,
    )
    const before = await model.recommend(11, 10)
    const after = (await more.recommend(12, 12)).filter(({ index }) => index < 10)
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    const back = await load(await more.save(), (document) => compileDocument(document, [local]), { kernels })
    expect(await back.recommend(0, 12, true)).toEqual(ranked)
    expect(() => more.withNew({ items: [{ id: 'i-new' }] })).toThrow('item "i-new" is not new')
  })

test('a new item is near the item that it is described as', async () => {
  const more = model.withNew({ items: [{ id: 'i-new', columns: columnsOf('items', 9, ['genres', 'price']) }] })
  const [first] = await more.similar('item', 10, 3)
  expect(first!.index).toBe(9)
})

test.each([
  [{ age: 3 }, 'unknown column "age" of a new user', 'the model reads "land"'],
  [{ land: ['a'] }, 'column "land" of a new user: expected a text or a number, got a list', 'Comedy|Drama'],
  [{ land: { a: 1 } }, 'column "land" of a new user: expected a text or a number, got a value of type object', ''],
])('%j is refused', async (columns, message, hint) => {
  await expect(model.recommendFor({ columns: columns as never }, 3)).rejects.toMatchObject({
    kind: 'query',
    message,
    hint: expect.stringContaining(hint),
  })
})

test('a text where a number is read is refused, a number as text is read', async () => {
  await expect(model.similarTo('item', { columns: { price: 'cheap' } }, 3)).rejects.toThrow(
    'column "price" of a new item: expected a number, got "cheap"',
  )
  expect(await model.similarTo('item', { columns: { price: '2' } }, 3)).toEqual(
    await model.similarTo('item', { columns: { price: 2 } }, 3),
  )
})

test('an unknown entity, and one of which nothing is known, are refused', async () => {
  await expect(model.recommend(-1, 3)).rejects.toThrow('unknown user -1')
  await expect(model.similar('item', 10, 3)).rejects.toThrow('unknown item 10')
  const byId: Document = {
    ...towers,
    inputs: ids,
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  }
  const { model: plain } = await train(graphOf(byId), data, { kernels })
  await expect(plain.recommend(11, 3)).rejects.toThrow('the model knows nothing of user "u11"')
  await expect(plain.similar('item', 9, 3)).rejects.toThrow('the model knows nothing of item')
  expect(await plain.recommend(0, 3, true)).toHaveLength(3)
  await expect(plain.recommendFor({ columns: {} }, 3)).rejects.toThrow('the model reads no columns of users')
  await expect(plain.recommendFor({}, 3)).rejects.toThrow('needs columns or at least one interaction')
})

const histories: Document = {
  ...towers,
  inputs: {
    past: { type: 'history', entity: 'user' },
    land: { type: 'category', entity: 'user' },
    item: ids.item,
  },
  embeddings: {
    p: { input: 'past', dim: 4, combine: 'mean' },
    l: { input: 'land', dim: 4 },
    q: { input: 'item', dim: 4 },
  },
  ops: { who: { type: 'sum', inputs: ['p', 'l'] }, score: { type: 'dot', inputs: ['who', 'q'] } },
}

test('columns and a history are read together, and a user without either is refused', async () => {
  const model = createModel(programOf(histories, data, kernels), { seed: 0 })
  const past = [...data.events.item].filter((_, event) => data.events.user[event] === 4)
  const times = [...data.events.time!].filter((_, event) => data.events.user[event] === 4)
  const interactions = past
    .map((index, k) => ({ index, time: times[k]! }))
    .sort((a, b) => a.time - b.time)
    .map(({ index }) => ({ index }))
  const told = await model.recommendFor({ columns: columnsOf('users', 4, ['land']), interactions }, 5)
  const own = await model.recommend(4, 5)
  expect(told.map(({ id }) => id)).toEqual(own.map(({ id }) => id))
  expect((await model.recommendFor({ interactions }, 5)).map(({ score }) => score)).not.toEqual(
    told.map(({ score }) => score),
  )
  const { l: _, ...embeddings } = histories['embeddings'] as Record<string, unknown>
  const { land: __, ...inputs } = histories['inputs'] as Record<string, unknown>
  const blind = { ...histories, inputs, embeddings, ops: { score: { type: 'dot', inputs: ['p', 'q'] } } }
  const alone = createModel(programOf(blind, data, kernels), { seed: 0 })
  await expect(alone.recommend(11, 5)).rejects.toThrow('the model knows nothing of user "u11"')
})
