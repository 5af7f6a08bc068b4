import { layer, loss, type Plugin, Type, tf } from '@recspec/core'
import { defineSpec } from '../src/index.js'

// A plugin of someone else, typed by the lines that packages/core/README.md tells.

const shift = layer({
  summary: 'Adds a number to each of the inputs.',
  params: Type.Object(
    {
      by: Type.Number({ description: 'what is added' }),
      scale: Type.Number({ default: 1, description: 'what the sum is multiplied by' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  apply: ({ by, scale }, { x }) => ({ ...x, tensor: tf.mul(tf.add(x.tensor, by), scale) }),
})

const cubes = loss({
  summary: 'The cube of the error.',
  params: Type.Object({ power: Type.Integer({ default: 3, minimum: 1 }) }, { additionalProperties: false }),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: ({ power }, { score }, { target }) => tf.pow(tf.abs(tf.sub(score.tensor, target!)), power),
})

export const shop = { name: 'shop', apiVersion: 1, layers: { shift }, losses: { cubes } } satisfies Plugin

declare module '@recspec/core' {
  interface Plugins {
    shop: typeof shop
  }
}

const inputs = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const embeddings = { p: { input: 'user', dim: 8 }, q: { input: 'item', dim: 8 } } as const

// what its schema gives a default may be left out
defineSpec({
  inputs,
  embeddings,
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    score: { type: 'shop/shift', inputs: ['match'], by: 0.5 },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'shop/cubes' } } },
  solver: { type: 'adam' },
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    // @ts-expect-error a parameter without a default is missing
    score: { type: 'shop/shift', inputs: ['match'] },
  },
  heads: {
    // @ts-expect-error an unknown parameter
    stars: { inputs: ['score'], target: 'rating', loss: { type: 'shop/cubes', powers: 2 } },
  },
  solver: { type: 'adam' },
})
