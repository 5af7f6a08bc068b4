import { type Model, predictingHead } from '@recspec/core'
import type { Kernels } from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeModel } from '../../src/onnx/proto.js'
import { towersOf } from '../../src/onnx/towers.js'
import { asked, type Document, feedsOf, opened, STRANGER, session, trained } from './agreement.js'
import { world } from './world.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const solver = { type: 'adam', learningRate: 0.05, epochs: 2, batchSize: 8 } as const
const ratings = { heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }, solver } as const
const tables = {
  p: { input: 'user', dim: 4 },
  q: { input: 'item', dim: 4 },
  bu: { input: 'user', dim: 1 },
  bi: { input: 'item', dim: 1 },
} as const

/** Numbers that every user's or item's graph gives, and one that it does not know, last. */
const vectorsIn = async (model: Model, side: 'user' | 'item') => {
  const towers = await towersOf(model, '0.0.0')
  if ('obstacle' in towers) throw new Error(towers.obstacle)
  const own = await session(encodeModel(towers[side], 'x').model)
  const { ids } = side === 'user' ? model.users : model.items
  const texts = [...Array.from({ length: ids.count }, (_, index) => ids.at(index)), STRANGER]
  const rows = asked(model, world, texts.length)
  const { vector } = await own.run(feedsOf(own, { ...rows, [side]: texts }))
  return { values: vector!.data as Float32Array, towers }
}

const products: Readonly<Record<string, Document>> = {
  'a dot product': {
    inputs: ids,
    embeddings: { p: tables.p, q: tables.q },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    ...ratings,
  },
  'a cosine': {
    inputs: ids,
    embeddings: { p: tables.p, q: tables.q },
    ops: { score: { type: 'cosine', inputs: ['p', 'q'] } },
    ...ratings,
  },
  'biases and a constant': {
    inputs: ids,
    embeddings: tables,
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      all: { type: 'sum', inputs: ['match', 'bu', 'bi'], weights: [2, 1, 0.5] },
      score: { type: 'bias', inputs: ['all'], init: 'target-mean' },
    },
    ...ratings,
  },
  'a linear mix of a product and a tower over a title': {
    inputs: { ...ids, title: { type: 'text/tokens', entity: 'item', maxLength: 4 } },
    embeddings: { p: tables.p, q: tables.q },
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      words: { type: 'text/lstm', inputs: ['title'], dim: 3, units: 3 },
      told: { type: 'dense', inputs: ['words'], units: 1, activation: 'relu' },
      all: { type: 'concat', inputs: ['match', 'told'] },
      score: { type: 'dense', inputs: ['all'], units: 1 },
    },
    ...ratings,
  },
  'weights of each lane': {
    inputs: ids,
    embeddings: { p: tables.p, q: tables.q },
    ops: { both: { type: 'hadamard', inputs: ['p', 'q'] }, score: { type: 'dense', inputs: ['both'], units: 1 } },
    ...ratings,
  },
  'posterior samples': {
    inputs: ids,
    embeddings: tables,
    ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'bu', 'bi'] } },
    heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'imf/gaussian' } } },
    solver: { type: 'imf/gibbs', samples: 3, burnIn: 2 },
  },
}

describe('towers in onnxruntime:', () => {
  test.each(Object.entries(products))(
    '%s: vectors are those of the model, whose product is the score',
    async (_, document) => {
      const model = await trained(kernels, document)
      const [user, item] = [await vectorsIn(model, 'user'), await vectorsIn(model, 'item')]
      const { width, constant } = user.towers
      for (const side of ['user', 'item'] as const) {
        const expected = model.vectors(side)
        expect(width).toBe(expected.width)
        expect(constant).toBeCloseTo(expected.constant, 6)
        const found = (side === 'user' ? user : item).values
        for (const [place, value] of expected.values.entries())
          expect(Math.abs(value - found[place]!)).toBeLessThan(1e-5)
      }
      // the last of each is unknown
      const counts = [model.users.ids.count + 1, model.items.ids.count + 1] as const
      for (let u = 0; u < counts[0]; u++)
        for (let i = 0; i < counts[1]; i++) {
          let score = constant
          for (let lane = 0; lane < width; lane++)
            score += user.values[u * width + lane]! * item.values[i * width + lane]!
          const index = (at: number, count: number) => Int32Array.of(at === count - 1 ? -1 : at)
          const [predicted] = model.predict(index(u, counts[0]), index(i, counts[1]))
          expect(Math.abs(predicted! - score)).toBeLessThan(2e-5)
        }
      expect(predictingHead(model.graph).target?.clip).toBeUndefined()
    },
  )

  test('a score that is no product has none, and the obstacle is named', async () => {
    const model = await trained(kernels, {
      inputs: ids,
      embeddings: { p: tables.p, q: tables.q },
      ops: { score: { type: 'mlp', inputs: ['p', 'q'], units: [3, 1], activation: 'relu' } },
      ...ratings,
    })
    expect(await towersOf(model, '0.0.0')).toEqual({ obstacle: expect.stringContaining('"score/hidden') })
  })
})
