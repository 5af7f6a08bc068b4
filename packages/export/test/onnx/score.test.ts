import type { Kernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { largestDifference, opened, trained } from './agreement.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const solver = { type: 'adam', learningRate: 0.05, epochs: 2, batchSize: 8 } as const

test('a dot product', async () => {
  const model = await trained(kernels, {
    inputs: ids,
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    heads: { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver,
  })
  expect(await largestDifference(model)).toBeLessThan(1e-5)
})
