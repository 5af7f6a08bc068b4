import { afterAll, beforeAll, expect, test } from 'vitest'
import { ids, type Opened, opened, programOf, world } from '../../test/world.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 6, items: 9 })

/** Two heads that read one bias, each with its own target. */
const lowered = (first: unknown, second: unknown) =>
  programOf(
    {
      inputs: ids,
      embeddings: {
        p: { input: 'user', dim: 2 },
        q: { input: 'item', dim: 2 },
        bu: { input: 'user', dim: 1 },
      },
      ops: {
        match: { type: 'dot', inputs: ['p', 'q'] },
        base: { type: 'bias', inputs: ['bu'], init: 'target-mean' },
        score: { type: 'sum', inputs: ['match', 'base'] },
      },
      heads: {
        warm: { inputs: ['base'], target: first, loss: { type: 'mse' } },
        stars: { inputs: ['score'], target: second, loss: { type: 'mae' } },
      },
      solver: { type: 'sgd' },
    },
    data,
    kernels,
  )

test('a bias is initialized with the mean of the target that its heads share, in the scale of the loss', () => {
  const column = data.events.columns.get('rating')!
  const values = column.kind === 'number' ? [...column.values] : []
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  expect(lowered('rating', 'rating').weights.get('base.bias')![0]).toBeCloseTo(mean, 5)
  const scaled = { column: 'rating', range: [1, 5] }
  const clipped = { ...scaled, clip: [1, 5] }
  expect(lowered(scaled, clipped).weights.get('base.bias')![0]).toBeCloseTo((mean - 1) / 4, 5)
})

test('heads of different columns or scales are refused by the compiler', () => {
  const message = 'ambiguous "target-mean" of "base": heads above it predict '
  expect(() => lowered('rating', 'liked')).toThrow(`${message}"rating", "liked"`)
  expect(() => lowered('rating', { column: 'rating', range: [1, 5] })).toThrow(`${message}"rating" in different scales`)
})
