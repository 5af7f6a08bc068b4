import { compile } from '@recspec/dsl'
import { key, normal } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, ids, local, type Opened, opened, world } from '../../../test/world.js'
import { useBackend } from '../../backend/backend.js'
import { cell } from '../../dataset/column.js'
import { lower } from '../../program/lower.js'
import { toTargetScale } from '../../program/target.js'
import { createModel } from '../create.js'
import type { Interaction, Model } from '../model.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
  await useBackend('cpu')
})
afterAll(() => kernels.close())

const embeddings = {
  p: { input: 'user', dim: 3, l2: 0.3, nu: 0.5 },
  q: { input: 'item', dim: 3, l2: 0.1 },
  bu: { input: 'user', dim: 1, l2: 0.2, nu: 0 },
  bi: { input: 'item', dim: 1 },
  home: { input: 'land', dim: 1 },
}
const biased = {
  match: { type: 'dot', inputs: ['p', 'q'] },
  linear: { type: 'sum', inputs: ['match', 'bu', 'bi', 'home'], weights: [2, 1, 1, 1] },
  score: { type: 'bias', inputs: ['linear'], init: 0.7 },
}
const land = { type: 'category', entity: 'user' }
const squares: Document = {
  inputs: { ...ids, land },
  embeddings,
  ops: biased,
  heads: {
    stars: { inputs: ['score'], target: { column: 'rating', range: [1, 5] }, loss: { type: 'mse' }, weight: 0.5 },
  },
  solver: { type: 'sgd', epochs: 1 },
}
const cells: Document = {
  ...squares,
  heads: { liked: { inputs: ['score'], loss: { type: 'local/cells', weight: 0.2 } } },
}
const data = world({ users: 12, items: 15 })

/** A model with random tables: exactness does not depend on training. */
const modelOfNoise = (document: Document): { model: Model; tables: ReadonlyMap<string, Float32Array> } => {
  const graph = compile({ name: 'test.json', text: JSON.stringify({ recspec: 1, name: 'test', ...document }) }, [local])
  const program = lower(graph, data, { kernels, seed: 0 })
  for (const [name, { values }] of program.tables)
    for (let at = 0; at < values.length; at++)
      values[at] = normal(key(5, ...Array.from(name, (letter) => letter.charCodeAt(0))), at)
  const tables = new Map([...program.tables].map(([name, { values }]) => [name, values]))
  return { model: createModel(program, { seed: 0 }), tables }
}

const history: readonly Interaction[] = [
  { index: 2, value: 5 },
  { index: 7, value: 1 },
  { index: 11, value: 4 },
]

/** The score of an item for a vector [p, bu] of a user of a country (entry of its table). */
const scoreOf = (tables: ReadonlyMap<string, Float32Array>, x: ArrayLike<number>, item: number, place: number) => {
  const [q, bi, lands] = ['q', 'bi', 'home'].map((name) => tables.get(name)!) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  let sum = x[3]! + bi[item + 1]! + lands[place]! + 0.7
  for (let lane = 0; lane < 3; lane++) sum += 2 * x[lane]! * q[(item + 1) * 3 + lane]!
  return sum
}

/** The objective of one user by the definition of the document, cell by cell. */
const objectives = {
  squares: (
    tables: ReadonlyMap<string, Float32Array>,
    x: ArrayLike<number>,
    met: readonly Interaction[],
    place = 1,
  ) => {
    let total = 0
    for (const { index, value } of met) total += 0.5 * (scoreOf(tables, x, index, place) - (value! - 1) / 4) ** 2
    return total + penalty(x, met.length)
  },
  cells: (tables: ReadonlyMap<string, Float32Array>, x: ArrayLike<number>, met: readonly Interaction[], place = 1) => {
    let total = 0
    const seen = new Set(met.map(({ index }) => index))
    for (let item = 0; item < 15; item++) {
      const score = scoreOf(tables, x, item, place)
      total += 0.2 * score ** 2 + (seen.has(item) ? (score - 1) ** 2 : 0)
    }
    return total + penalty(x, seen.size + 0.2 * 15)
  },
}
const penalty = (x: ArrayLike<number>, n: number) =>
  0.3 * Math.sqrt(n) * (x[0]! ** 2 + x[1]! ** 2 + x[2]! ** 2) + 0.2 * x[3]! ** 2

const slopes = (f: (x: Float64Array) => number, at: ArrayLike<number>) =>
  Array.from(at, (_, lane) => {
    const shifted = (by: number) => Float64Array.from(at, (value, k) => (k === lane ? value + by : value))
    return (f(shifted(1e-3)) - f(shifted(-1e-3))) / 2e-3
  })

for (const [name, document] of [
  ['squares', squares],
  ['cells', cells],
] as const) {
  test(`${name}: the vector of a new user has zero gradient of the objective`, () => {
    const { model, tables } = modelOfNoise(document)
    const x = model.foldIn('user', { interactions: history })
    expect(x).toHaveLength(4)
    for (const slope of slopes((at) => objectives[name](tables, at, history), x))
      expect(Math.abs(slope)).toBeLessThan(1e-5)
    expect(objectives[name](tables, x, history)).toBeLessThan(objectives[name](tables, [0, 0, 0, 0], history))
  })

  test(`${name}: a new user is recommended the items of highest score, without those of the interactions`, async () => {
    const { model, tables } = modelOfNoise(document)
    const x = model.foldIn('user', { interactions: history })
    const ranked = await model.recommendFor({ interactions: history }, 20)
    expect(ranked).toHaveLength(12)
    const { target } = model.graph.ranking!
    for (const { index, score } of ranked)
      expect(score).toBeCloseTo(toTargetScale(target, scoreOf(tables, x, index, 1)), 4)
    expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).sort((a, b) => b - a))
    expect(await model.recommendFor({ interactions: history }, 20, true)).toHaveLength(15)
  })

  test(`${name}: the contributions of interactions and of other parts sum to the score of the exact vector`, () => {
    const { model, tables } = modelOfNoise(document)
    const { events, users } = data
    const ratings = events.columns.get('rating')!
    const lands = users.columns.get('land')!
    for (const user of [0, 3, 7]) {
      const rows = [...events.user.keys()].filter((row) => events.user[row] === user)
      const met = rows.map((row) => ({ index: events.item[row]!, value: cell(ratings, row) as number }))
      const place = lands.kind === 'text' ? lands.codes[user]! + 2 : 1
      const item = (user * 5 + 1) % 15
      const { score, stored, because, besides } = model.why(user, item)
      const sum = [...because, ...besides].reduce((total, part) => total + part.score, 0)
      expect(Math.abs(sum - score)).toBeLessThan(1e-4 * Math.abs(score))
      // reference: the minimum by Newton's method on finite differences, as the objective is quadratic
      const f = (x: Float64Array) => objectives[name](tables, x, met, place)
      const x = minimum(f, 4)
      expect(score).toBeCloseTo(scoreOf(tables, x, item, place), 4)
      expect(because.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
        met.map(({ index }) => index).sort((a, b) => a - b),
      )
      const [p, bu] = [tables.get('p')!, tables.get('bu')!]
      const own = [p[3 * user + 3]!, p[3 * user + 4]!, p[3 * user + 5]!, bu[user + 1]!]
      expect(stored).toBeCloseTo(scoreOf(tables, own, item, place), 4)
      expect(besides.map((part) => part.name)).toEqual(
        name === 'cells' ? ['bi', 'home', 'constant', 'cells not observed'] : ['bi', 'home', 'constant'],
      )
    }
  })
}

/** The minimum of a quadratic function, by its gradients at 0 and at the basis vectors. */
const minimum = (f: (x: Float64Array) => number, n: number): Float64Array => {
  const zero = new Float64Array(n)
  const at = slopes(f, zero)
  const rows = at.map((_, k) =>
    slopes(
      f,
      Float64Array.from(zero, (__, lane) => (lane === k ? 1 : 0)),
    ).map((s, lane) => s - at[lane]!),
  )
  const system = rows.map((row, k) => [...row, -at[k]!])
  for (let k = 0; k < n; k++)
    for (let row = 0; row < n; row++) {
      if (row === k) continue
      const factor = system[row]![k]! / system[k]![k]!
      system[row] = system[row]!.map((value, column) => value - factor * system[k]![column]!)
    }
  return Float64Array.from(system, (row, k) => row[n]! / row[k]!)
}

test('a new item is folded in like a new user', () => {
  const { model, tables } = modelOfNoise({ ...squares, embeddings: { ...embeddings, q: { ...embeddings.q, l2: 0.2 } } })
  const met = [
    { index: 1, value: 4 },
    { index: 6, value: 2 },
  ]
  const y = model.foldIn('item', { interactions: met })
  const [p, bu, lands] = ['p', 'bu', 'home'].map((name) => tables.get(name)!) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const f = (x: Float64Array) => {
    let total = 0
    for (const { index, value } of met) {
      let score = x[3]! + bu[index + 1]! + lands[(index % 2) + 2]! + 0.7
      for (let lane = 0; lane < 3; lane++) score += 2 * p[(index + 1) * 3 + lane]! * x[lane]!
      total += 0.5 * (score - (value - 1) / 4) ** 2
    }
    return total + 0.2 * 2 * (x[0]! ** 2 + x[1]! ** 2 + x[2]! ** 2)
  }
  for (const slope of slopes(f, y)) expect(Math.abs(slope)).toBeLessThan(1e-5)
})

test('values of repeated interactions are summed where unobserved cells count', () => {
  const { model } = modelOfNoise(cells)
  expect(model.foldIn('user', { interactions: [{ index: 3 }, { index: 3 }] })).toEqual(
    model.foldIn('user', { interactions: [{ index: 3 }] }),
  )
})

test('a model that reads histories reads the given interactions', async () => {
  const { model } = modelOfNoise({
    inputs: { item: ids.item, past: { type: 'history', entity: 'user', values: 'rating' }, land },
    embeddings: {
      h: { input: 'past', dim: 4, combine: 'mean' },
      q: { input: 'item', dim: 4 },
      home: { input: 'land', dim: 4 },
    },
    ops: {
      deep: { type: 'dense', inputs: ['h', 'home'], units: 4, activation: 'tanh' },
      score: { type: 'dot', inputs: ['deep', 'q'] },
    },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'adam', epochs: 1 },
  })
  const { events } = data
  const ratings = events.columns.get('rating')!
  const rows = [...events.user.keys()].filter((row) => events.user[row] === 4)
  const met = rows.map((row) => ({ index: events.item[row]!, value: cell(ratings, row) as number }))
  const own = await model.recommendFor({ interactions: met }, 15, true)
  expect(own).toHaveLength(15)
  // a new user has no country: the same model without it gives the same scores
  const other = await model.recommendFor({ interactions: [...met].reverse() }, 15, true)
  other.forEach(({ index, score }, place) => {
    expect(index).toBe(own[place]!.index)
    expect(score).toBeCloseTo(own[place]!.score, 5)
  })
  const vector = model.foldIn('user', { interactions: met })
  expect(vector).toHaveLength(4)
  expect(vector.some((value) => value !== 0)).toBe(true)
  await expect(async () => model.recommendFor({ interactions: [{ index: 1 }] }, 3)).rejects.toThrow(
    'needs a value for each interaction',
  )
})

test('a new user is represented by the history alone', async () => {
  const { model } = modelOfNoise({
    inputs: { item: ids.item, past: { type: 'history', entity: 'user' } },
    embeddings: { h: { input: 'past', dim: 4, combine: 'sum' }, q: { input: 'item', dim: 4 } },
    ops: { score: { type: 'dot', inputs: ['h', 'q'] } },
    heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } },
    solver: { type: 'adam', epochs: 1 },
  })
  const { events } = data
  const met = [...events.user.keys()]
    .filter((row) => events.user[row] === 4)
    .map((row) => ({ index: events.item[row]! }))
  const [own, known] = [await model.recommendFor({ interactions: met }, 5), await model.recommend(4, 5)]
  expect(own.map(({ index }) => index)).toEqual(known.map(({ index }) => index))
  own.forEach(({ score }, place) => {
    expect(score).toBeCloseTo(known[place]!.score, 4)
  })
})

test('a score that cannot be folded in gives an error that names the node or the loss', async () => {
  const deep = {
    ...squares,
    ops: {
      both: { type: 'concat', inputs: ['p', 'q', 'bu', 'bi', 'home'] },
      hidden: { type: 'dense', inputs: ['both'], units: 2, activation: 'relu' },
      score: { type: 'dense', inputs: ['hidden'], units: 1 },
    },
  }
  expect(() => modelOfNoise(deep).model.why(0, 0)).toThrow('bilinear in tables of ids: "hidden"')
  const ranks = { ...squares, heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } } }
  expect(() => modelOfNoise(ranks).model.foldIn('user', { interactions: history })).toThrow(
    'needs a quadratic loss, "liked" has "bpr"',
  )
  expect(() => modelOfNoise(squares).model.foldIn('user', { interactions: [{ index: 1 }] })).toThrow(
    '"stars" learns "rating"',
  )
  expect(() => modelOfNoise(squares).model.foldIn('user', { interactions: [] })).toThrow('at least one')
  expect(() => modelOfNoise(squares).model.foldIn('user', { interactions: [{ index: 15, value: 1 }] })).toThrow(
    'invalid interaction',
  )
})
