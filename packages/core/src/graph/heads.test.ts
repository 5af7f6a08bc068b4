import { expect, test } from 'vitest'
import { graphOf, ids } from '../../test/world.js'
import { predictingHead } from './heads.js'

const heads = {
  liked: { inputs: ['score'], loss: { type: 'bpr' } },
  warm: { inputs: ['p'], target: 'rating', loss: { type: 'mse' } },
  stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } },
} as const
type Name = keyof typeof heads

const predicting = (names: readonly Name[]) =>
  predictingHead(
    graphOf({
      inputs: ids,
      embeddings: {
        p: { input: 'user', dim: 1 },
        q: { input: 'item', dim: 1 },
      },
      ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
      heads: Object.fromEntries(names.map((name) => [name, heads[name]])),
      solver: { type: 'sgd' },
    }),
  ).name

test('the head that ranks predicts where it has a target, whatever the order of heads', () => {
  expect(predicting(['warm', 'stars'])).toBe('stars')
  expect(predicting(['stars', 'warm'])).toBe('stars')
})

test('else the first head with a target, else the head that ranks', () => {
  expect(predicting(['liked', 'warm'])).toBe('warm')
  expect(predicting(['liked'])).toBe('liked')
})
