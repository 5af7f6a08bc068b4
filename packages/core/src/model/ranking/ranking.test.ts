import { compile } from '@recspec/dsl'
import { key, normal } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import { lower } from '../../program/lower.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { createModel } from '../create.js'
import type { Model, Nearness, QueryTerm } from '../model.js'
import { scorerOf } from './scorer.js'

let kernels: Opened
let model: Model
let program: LoweredProgram
let tables: ReadonlyMap<string, Float32Array>
const data = world({ users: 11, items: 13 })

beforeAll(async () => {
  kernels = await opened()
  const graph = compile(
    {
      name: 'test.json',
      text: JSON.stringify({
        recspec: 1,
        name: 'test',
        inputs: ids,
        embeddings: {
          p: { input: 'user', dim: 3 },
          q: { input: 'item', dim: 3 },
          bu: { input: 'user', dim: 1 },
          bi: { input: 'item', dim: 1 },
        },
        ops: {
          match: { type: 'dot', inputs: ['p', 'q'] },
          sum: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
          score: { type: 'bias', inputs: ['sum'], init: 0.25 },
        },
        heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } },
        solver: { type: 'sgd', epochs: 1 },
      }),
    },
    [],
  )
  program = lower(graph, data, { kernels, seed: 0 })
  tables = new Map(
    [...program.tables].map(([name, { values, spec }]) => {
      for (let at = spec.dim; at < values.length; at++)
        values[at] = normal(key(name.charCodeAt(0), name.length, spec.dim), at)
      return [name, values]
    }),
  )
  model = createModel(program, { seed: 0 })
})
afterAll(() => kernels.close())

const vector = (side: 'user' | 'item', index: number) => [
  ...tables.get(side === 'user' ? 'p' : 'q')!.subarray(3 * index + 3, 3 * index + 6),
]
const bias = (side: 'user' | 'item', index: number) => tables.get(side === 'user' ? 'bu' : 'bi')![index + 1]!
const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
const nearness: Readonly<Record<Nearness, (a: readonly number[], b: readonly number[]) => number>> = {
  dot: product,
  cosine: (a, b) => product(a, b) / Math.sqrt(product(a, a) * product(b, b)),
  euclidean: (a, b) => -Math.hypot(...a.map((value, k) => value - b[k]!)),
}
const counts = { user: 11, item: 13 }
const sumOf = (terms: readonly QueryTerm[]) =>
  [0, 1, 2].map((lane) =>
    terms.reduce((sum, { entity, index, weight }) => sum + weight * vector(entity, index)[lane]!, 0),
  )

const expectRanked = (
  found: readonly { index: number; score: number }[],
  side: 'user' | 'item',
  left: readonly number[],
  score: (index: number) => number,
) => {
  const all = Array.from({ length: counts[side] }, (_, index) => index).filter((index) => !left.includes(index))
  const expected = all.sort((a, b) => score(b) - score(a)).slice(0, 5)
  expect(found.map(({ index }) => index)).toEqual(expected)
  for (const one of found) expect(one.score).toBeCloseTo(score(one.index), 4)
}

for (const side of ['user', 'item'] as const)
  for (const by of ['dot', 'cosine', 'euclidean'] as const) {
    test(`the nearest ${side}s by ${by} are those of brute force, without biases`, async () => {
      const found = await model.similar(side, 2, 5, by)
      expectRanked(found, side, [2], (index) => nearness[by](vector(side, 2), vector(side, index)))
    })

    test(`a sum of ${side}s is near the ${side}s that brute force finds by ${by}`, async () => {
      const terms = [
        { entity: side, index: 1, weight: 1 },
        { entity: side, index: 4, weight: 0.5 },
        { entity: side, index: 7, weight: -1 },
      ]
      const found = await model.query(terms, 5, side, by)
      expectRanked(found, side, [1, 4, 7], (index) => nearness[by](sumOf(terms), vector(side, index)))
    })
  }

for (const side of ['user', 'item'] as const)
  test(`a sum of ${side}s has the best of the other side by the model's own score`, async () => {
    const other = side === 'user' ? 'item' : 'user'
    const terms = [
      { entity: side, index: 1, weight: 0.5 },
      { entity: side, index: 4, weight: 0.5 },
    ]
    const own = terms.reduce((sum, { index, weight }) => sum + weight * bias(side, index), 0)
    const found = await model.query(terms, 5, other)
    expectRanked(
      found,
      other,
      [],
      (index) => product(sumOf(terms), vector(other, index)) + own + bias(other, index) + 0.25,
    )
  })

test('a sum is of one side, and two sides are compared by their product', async () => {
  const terms = [
    { entity: 'user', index: 1, weight: 1 },
    { entity: 'item', index: 1, weight: 1 },
  ] as const
  await expect(async () => model.query(terms, 5, 'item')).rejects.toThrow('adds users to items')
  await expect(async () => model.query(terms.slice(0, 1), 5, 'item', 'cosine')).rejects.toThrow('not by "cosine"')
})

test('items that score at least as high as held-out ones are those whose pair scores do', async () => {
  const scorer = scorerOf(program, [])
  const users = Int32Array.of(-1, 0, 4, 10)
  const held = { start: Int32Array.of(0, 2, 3, 3, 6), index: Int32Array.of(1, 5, 12, 0, 3, 7) }
  const skip = { start: Int32Array.of(0, 0, 3, 4, 6), index: Int32Array.of(2, 3, 4, 9, 1, 2) }
  const expected = [...users].flatMap((user, place) => {
    const items = Int32Array.from({ length: 13 }, (_, item) => item)
    const scores = scorer.scorePairs(new Int32Array(13).fill(user), items) as Float32Array
    const skipped = skip.index.subarray(skip.start[place], skip.start[place + 1])
    const reaches = (least: number) => items.filter((item) => !skipped.includes(item) && scores[item]! >= least).length
    return Array.from(held.index.subarray(held.start[place], held.start[place + 1]), (item) => reaches(scores[item]!))
  })
  const { above, tied } = await scorer.countRanks!(users, held, skip)
  expect(Array.from(above, (count, place) => count + tied[place]!)).toEqual(expected)
})

const ranges = { range: [1, 5], clip: [1, 4.5] } as const

for (const [loss, predict] of [
  ['mse', (score: number) => 1 + 4 * score],
  ['bce', (score: number) => 1 + 4 / (1 + Math.exp(-score))],
] as const)
  test(`recommended scores of ${loss} are predictions in the target's scale, in raw order`, async () => {
    const document = {
      inputs: ids,
      embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
      ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
      heads: { stars: { inputs: ['score'], target: { column: 'rating', ...ranges }, loss: { type: loss } } },
      solver: { type: 'sgd' },
    }
    const rated = programOf(document, data, kernels)
    for (const [name, { values }] of rated.tables)
      for (let at = 3; at < values.length; at++) values[at] = normal(key(name.charCodeAt(0)), at)
    const answers = await createModel(rated, { seed: 0 }).recommend(2, 13, true)
    const items = Int32Array.from({ length: 13 }, (_, item) => item)
    const raw = [...rated.scores('score', new Int32Array(13).fill(2), items)]
    const order = [...items].sort((a, b) => raw[b]! - raw[a]!)
    expect(answers.map(({ index }) => index)).toEqual(order)
    const expected = order.map((item) => Math.min(4.5, Math.max(1, predict(raw[item]!))))
    answers.forEach(({ score }, place) => {
      expect(score).toBeCloseTo(expected[place]!, 4)
    })
    expect(new Set(expected).size).toBeGreaterThan(3)
  })

test('predictions of a loss that compares items are raw scores', () => {
  const [users, items] = [Int32Array.of(1, 4), Int32Array.of(2, 9)]
  const raw = program.scores('score', users, items)
  expect([...model.predict(users, items)]).toEqual([...raw])
})
