import { train } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { data } from '../../test/linear.js'
import { autoencoder } from '../index.js'
import { copy } from './copy.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ threads: 1 })
})
afterAll(() => kernels.close())

const graphOf = (copying: object) =>
  compile(
    {
      name: 'test.json',
      text: JSON.stringify({
        recspec: 1,
        name: 'copies',
        inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
        embeddings: {
          p: { input: 'user', dim: 3 },
          q: { input: 'item', dim: 3 },
          earlier: { input: 'user', dim: 3 },
        },
        ops: {
          now: { type: 'dot', inputs: ['p', 'q'] },
          past: { type: 'dot', inputs: ['earlier', 'q'] },
        },
        heads: {
          liked: { inputs: ['now'], loss: { type: 'bpr' }, ranks: true },
          before: { inputs: ['past'], loss: { type: 'bpr' } },
        },
        solver: [
          { type: 'sgd', heads: ['liked'], trains: ['p', 'q'], epochs: 1 },
          { type: 'autoencoder/copy', heads: ['before'], trains: ['earlier'], ...copying },
        ],
        evaluation: { split: { type: 'given' } },
      }),
    },
    [autoencoder],
  )

test('a node becomes equal to another', async () => {
  const { model } = await train(graphOf({ from: ['p'], to: ['earlier'] }), data, { kernels })
  const again = await train(graphOf({ from: ['p'], to: ['earlier'] }), data, { kernels })
  expect(await model.save()).toEqual(await again.model.save())
  const pairs = [Int32Array.of(0, 3, 7), Int32Array.of(1, 4, 9)] as const
  expect([...model.predict(...pairs)].some((score) => score !== 0)).toBe(true)
})

test('lists of different lengths, and a node that nothing is copied to, are refused', () => {
  const problem = { trains: new Set(['earlier']), graph: { tables: new Map(), nodes: new Map() } } as never
  expect(copy.rejects!({ from: ['p'], to: [] }, problem)).toBe('copies each node to one other, got 1 and 0')
  expect(() => graphOf({ from: ['p'], to: ['q'] })).toThrow('names nothing that is copied to "earlier"')
})
