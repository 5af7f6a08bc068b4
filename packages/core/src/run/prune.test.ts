import { expect, test } from 'vitest'
import { graphOf, ids, world } from '../../test/world.js'
import { pruneColumns } from './prune.js'

const document = {
  inputs: {
    item: ids.item,
    past: { type: 'history', entity: 'user', values: 'liked' },
    land: { type: 'category', entity: 'user' },
  },
  embeddings: {
    h: { input: 'past', dim: 2, combine: 'mean' },
    q: { input: 'item', dim: 2 },
    home: { input: 'land', dim: 2 },
  },
  ops: { both: { type: 'hadamard', inputs: ['h', 'home'] }, score: { type: 'dot', inputs: ['both', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 1 },
}

test('event columns that nothing reads are removed', () => {
  const data = world({ users: 4, items: 4 })
  const { events, test: rows, users } = pruneColumns({ ...data, test: data.events }, graphOf(document))
  expect([...events.columns.keys()].sort()).toEqual(['liked', 'rating'])
  expect([...rows!.columns.keys()].sort()).toEqual(['liked', 'rating'])
  expect(users).toBe(data.users)
  expect(events.time).toBe(data.events.time)
})

test('all columns stay where one is missing, so that the message can list them', () => {
  const data = world({ users: 4, items: 4 })
  const heads = { stars: { inputs: ['score'], target: 'stars', loss: { type: 'mse' } } }
  expect(pruneColumns(data, graphOf({ ...document, heads }))).toBe(data)
})
