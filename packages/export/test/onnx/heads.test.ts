import type { Kernels } from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Document, largestDifference, opened, trained } from './agreement.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const solver = { type: 'adam', learningRate: 0.05, epochs: 2, batchSize: 8 } as const
const product = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
} as const

const predicted: Readonly<Record<string, Document>> = {
  'in the scale of a range, clipped': {
    ...product,
    heads: {
      r: { inputs: ['score'], target: { column: 'rating', range: [1, 5], clip: [2, 4] }, loss: { type: 'mse' } },
    },
    solver,
  },
  'a probability': {
    ...product,
    heads: { r: { inputs: ['score'], target: 'liked', loss: { type: 'bce' } } },
    solver,
  },
  'a score without a target': {
    ...product,
    heads: { r: { inputs: ['score'], loss: { type: 'bpr' } } },
    solver,
  },
  'probabilities of classes': {
    ...product,
    ops: { both: { type: 'concat', inputs: ['p', 'q'] }, score: { type: 'dense', inputs: ['both'], units: 3 } },
    heads: {
      r: {
        inputs: ['score'],
        target: { column: 'place', classes: ['home', 'a "bar"', 'work'] },
        loss: { type: 'crossentropy' },
      },
    },
    solver,
  },
  'a mean of posterior samples': {
    ...product,
    ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'bias', inputs: ['match'] } },
    heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'imf/gaussian' } } },
    solver: { type: 'imf/gibbs', samples: 3, burnIn: 2 },
  },
}

describe('predictions in onnxruntime are those of predict:', () => {
  test.each(Object.entries(predicted))('%s', async (_, document) => {
    expect(await largestDifference(await trained(kernels, document))).toBeLessThan(1e-5)
  })
})

const rating = { heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }, solver } as const

/** A document whose score reads an embedding or numbers of this input, besides a bias of the item. */
const reading = (input: Document, embedding?: Document): Document => ({
  inputs: { item: ids.item, x: input },
  embeddings: { q: { input: 'item', dim: 3 }, ...(embedding ? { e: { input: 'x', dim: 3, ...embedding } } : {}) },
  ops: {
    both: { type: 'concat', inputs: [embedding ? 'e' : 'x', 'q'] },
    hidden: { type: 'dense', inputs: ['both'], units: 4, activation: 'tanh' },
    score: { type: 'dense', inputs: ['hidden'], units: 1 },
  },
  ...rating,
})

/** A document whose score reads the steps of this input. */
const steps = (input: Document, more: Document = {}, embedding?: Document): Document => ({
  inputs: { item: ids.item, ...more, x: input },
  embeddings: { q: { input: 'item', dim: 3 }, ...(embedding ? { e: { input: 'x', ...embedding } } : {}) },
  ops: {
    pooled: { type: 'pool', inputs: [embedding ? 'e' : 'x'], by: ['mean', 'last'] },
    hidden: { type: 'dense', inputs: ['pooled'], units: 3, activation: 'tanh' },
    score: { type: 'dot', inputs: ['hidden', 'q'] },
  },
  ...rating,
})

const one = {}
const bag = { combine: 'mean' }
const year = { part: 'year', unit: 'seconds' }
const item = { entity: 'item' }
const event = { entity: 'event' }
const past = { type: 'history', entity: 'user' }

const read: Readonly<Record<string, Document>> = {
  'an id that training drops out': reading({ type: 'id', entity: 'user', dropout: 0.3 }, one),
  'a category of users': reading({ type: 'category', entity: 'user', column: 'land' }, one),
  'a bucket of users': reading({ type: 'bucket', entity: 'user', column: 'age', count: 3 }, one),
  'categories of items': reading({ type: 'categories', ...item, column: 'genres' }, bag),
  'a number of items': reading({ type: 'number', ...item, column: 'price', scale: 'standard', missing: 'flag' }),
  'an age of items': reading({ type: 'age', ...item, columns: ['released'] }),
  'a time of items': reading({ type: 'time', ...item, column: 'released', parts: ['year', 'month'] }),
  'vectors of items': reading({ type: 'vectors', ...item, vectors: 'items', dim: 3 }),
  'tokens of items in a bag': reading({ type: 'text/tokens', ...item, column: 'title' }, bag),
  'a history in a bag': reading(past, bag),
  'a history with weights': reading({ ...past, values: 'plays', normalize: 'l2' }, { combine: 'sum' }),
  'a history of an item': reading({ type: 'history', entity: 'item' }, bag),
  'steps of tokens': steps({ type: 'text/tokens', ...item, column: 'title' }, {}, { dim: 3 }),
  'steps of a history': steps({ ...past, maxLength: 3 }, {}, { dim: 3 }),
  'steps of gaps': steps({ type: 'gaps', entity: 'user', maxLength: 5 }, {}, { dim: 3 }),
  'steps of categories of items': steps(
    { ...past, of: 'genres' },
    { genres: { type: 'categories', ...item } },
    { dim: 3 },
  ),
  'steps of a category of events': steps({ ...past, of: 'mood' }, { mood: { type: 'category', ...event } }, { dim: 3 }),
  'steps of numbers of items': steps({ ...past, of: 'price' }, { price: { type: 'number', ...item } }),
  'a category of events': reading({ type: 'category', ...event, column: 'mood' }, one),
  'a category of events, of given values': reading({ type: 'category', ...event, column: 'mood', values: ['up'] }, one),
  'a cross of events': reading({ type: 'cross', ...event, columns: ['mood', 'place'] }, one),
  'a cross of an event, its user and its item': reading({ type: 'cross', ...event, columns: ['mood', 'land'] }, one),
  'a cross of users and items': reading({ type: 'cross', ...event, columns: ['land', 'genres'] }, one),
  'a bucket of events': reading({ type: 'bucket', ...event, column: 'effort', count: 4 }, one),
  'a bucket of events with bounds': reading({ type: 'bucket', ...event, column: 'effort', bounds: [-1, 2] }, one),
  'a number of events': reading({ type: 'number', ...event, column: 'effort' }),
  'a standardized number of events': reading({
    type: 'number',
    ...event,
    column: 'effort',
    scale: 'standard',
    missing: 'zero',
  }),
  'a logarithm of events with a flag': reading({
    type: 'number',
    ...event,
    column: 'effort',
    scale: 'log',
    missing: 'flag',
  }),
  'flags of events': reading({ type: 'flags', ...event, columns: ['seen', 'liked'] }, { combine: 'sum' }),
  'a mean of flags of events': reading({ type: 'flags', ...event, columns: ['seen', 'liked'] }, bag),
  'an age at the event': reading({ type: 'age', ...event, columns: ['released', 'time'] }),
  'a number of events from the table of items': reading({ type: 'number', ...event, column: 'price' }),
  'tokens of events from the table of items': reading({ type: 'text/tokens', ...event, column: 'title' }, bag),
  ...Object.fromEntries(
    ['hour', 'weekday', 'day', 'month', 'year'].flatMap((part) => [
      [`the ${part} of events as a row`, reading({ type: 'calendar', ...event, column: 'time', ...year, part }, one)],
      [`the ${part} of events as numbers`, reading({ type: 'time', ...event, column: 'time', parts: [part] })],
    ]),
  ),
  'events without users and items': {
    inputs: { x: { type: 'number', ...event, column: 'effort', missing: 'flag' } },
    ops: { score: { type: 'dense', inputs: ['x'], units: 1 } },
    ...rating,
  },
  'an array of events': reading({ type: 'tensor', ...event, column: 'signal', shape: [3] }),
}

describe('inputs in onnxruntime are those of predict:', () => {
  test.each(Object.entries(read))('%s', async (_, document) => {
    expect(await largestDifference(await trained(kernels, document))).toBeLessThan(1e-5)
  })
})
