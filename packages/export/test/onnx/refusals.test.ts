import { layer, type Plugin, Type, tf } from '@recspec/core'
import type { Kernels } from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scoreModel } from '../../src/onnx/score.js'
import { largestDifference, official, opened, trained } from './agreement.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const made = (apply: (x: tf.Tensor) => tf.Tensor) =>
  layer({
    summary: 'A layer of a third party.',
    params: Type.Object({}, { additionalProperties: false }),
    inputs: { x: 'one' },
    shape: (_, { x }) => x,
    apply: (_, { x }) => ({ tensor: apply(x.tensor) }),
  })

const batchOf = (x: tf.Tensor) => x.shape[0]!

/** A plugin of a third party; the kernels that it runs have a gradient. */
const odd: Plugin = {
  name: 'odd',
  apiVersion: 1,
  package: 'recspec-plugin-odd',
  version: '1.2.3',
  layers: {
    // a translation for each of these: x times a factor of the batch's length that cancels
    fine: made((x) => tf.relu(tf.mul(tf.tile(tf.ones([1, 4]), [batchOf(x), 1]), x))),
    scatter: made((x) => tf.add(x, tf.unsortedSegmentSum(tf.sum(x, 0), tf.tensor1d([0, 0, 1, 2], 'int32'), 4))),
    mean: made((x) => tf.div(x, batchOf(x))),
    reads: made((x) => (tf.sum(x).dataSync()[0]! > 1e9 ? tf.neg(x) : tf.mul(x, 2))),
    first: made((x) => tf.mul(x, tf.slice(x, [0, 0], [1, 4]))),
  },
}

const using = (type: string) => ({
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
  ops: { own: { type: `odd/${type}`, inputs: ['p'] }, score: { type: 'dot', inputs: ['own', 'q'] } },
  heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 1, batchSize: 8 },
})

test('a layer of a third party is traced like any other', async () => {
  const model = await trained(kernels, using('fine'), { plugins: [...official, odd] })
  expect(await largestDifference(model)).toBeLessThan(1e-5)
})

describe('a layer that no graph can hold is refused by name:', () => {
  test.each([
    ['scatter', 'runs the kernel "UnsortedSegmentSum" of tfjs'],
    ['mean', 'uses numbers that depend on the batch'],
    ['reads', 'reads the numbers of a tensor while it runs'],
    ['first', 'runs the kernel "Slice" of tfjs, which takes a part of the batch'],
  ])('%s', async (type, reason) => {
    const model = await trained(kernels, using(type), { plugins: [...official, odd] })
    await expect(scoreModel(model, '0.0.0')).rejects.toMatchObject({
      message: `/ops/own: odd/${type} (recspec-plugin-odd 1.2.3) cannot be written as ONNX: it ${reason}`,
      reason: 'document',
    })
    expect(tf.getBackend()).toBe('recspec')
  })
})

const event = { entity: 'event' } as const
const reading = (input: object, embedding: object = {}) => ({
  inputs: { item: { type: 'id', entity: 'item' }, x: { ...event, ...input } },
  embeddings: { q: { input: 'item', dim: 3 }, e: { input: 'x', dim: 3, ...embedding } },
  ops: { both: { type: 'concat', inputs: ['e', 'q'] }, score: { type: 'dense', inputs: ['both'], units: 1 } },
  heads: { r: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 1, batchSize: 8 },
})

describe('an input of events that no graph can hold is refused by name:', () => {
  test.each([
    ['tokens', reading({ type: 'text/tokens', column: 'mood' }, { combine: 'mean' }), 'text/tokens'],
    ['categories', reading({ type: 'categories', column: 'mood' }, { combine: 'mean' }), 'categories'],
    ['a hash', reading({ type: 'category', column: 'mood', hash: 5 }), 'it hashes texts'],
  ])('%s', async (_, document, named) => {
    const model = await trained(kernels, document)
    const error = await scoreModel(model, '0.0.0').catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ reason: 'document', message: expect.stringContaining('input "x"') })
    expect((error as Error).message).toContain(named)
  })
})

test('a column of events that is read as text and as a number is refused', async () => {
  const x = { type: 'category', column: 'liked' } as const
  const document = reading(x)
  const model = await trained(kernels, {
    ...document,
    inputs: { ...document.inputs, y: { ...event, type: 'number', column: 'liked' } },
    ops: { both: { type: 'concat', inputs: ['e', 'q', 'y'] }, score: document.ops.score },
  })
  await expect(scoreModel(model, '0.0.0')).rejects.toMatchObject({
    message: 'column "liked" of events is read as text and as a number',
    reason: 'document',
  })
})
