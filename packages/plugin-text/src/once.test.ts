import { builtin, type Layer, layer, type Plugin, train, useBackend, type Value } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { titled } from '../test/datasets.js'
import { text } from './index.js'

let kernels: Awaited<ReturnType<typeof openKernels>>
beforeAll(async () => {
  kernels = await openKernels({ threads: 1 })
  await useBackend('wasm', kernels)
})
afterAll(() => kernels.close())

/** The LSTM of core, which notes how many texts each of its calls reads. */
const counting = () => {
  const calls: { texts: number; training: boolean }[] = []
  const lstm = builtin.layers!.lstm as Layer
  const plugin: Plugin = {
    name: 'counted',
    apiVersion: 1,
    layers: {
      lstm: layer({
        ...lstm,
        apply: (params, inputs, weights, context) => {
          const { x } = inputs as unknown as { x: Value }
          calls.push({ texts: x.tensor.shape[0]!, training: context.training })
          return lstm.apply(params, inputs, weights, context)
        },
      }),
    },
  }
  return { calls, plugin }
}

/** Every user met most of the five items, so a batch has each item many times. */
const titles = ['one small step', 'two steps', 'three', 'small three', 'one two three']
const met = Array.from({ length: 40 }, (_, user) => [0, 1, 2, 3, 4].filter((item) => (user + item) % 5 > 0))
const events = met.flat().length

const document = (loss: object) => ({
  recspec: 1,
  name: 'titles',
  inputs: {
    user: { type: 'id', entity: 'user' },
    title: { type: 'text/tokens', entity: 'item', maxLength: 4 },
  },
  embeddings: {
    p: { input: 'user', dim: 4 },
    words: { input: 'title', dim: 4 },
  },
  ops: {
    state: { type: 'counted/lstm', inputs: ['words'], units: 4 },
    score: { type: 'dot', inputs: ['p', 'state'] },
  },
  heads: { liked: { inputs: ['score'], loss } },
  solver: { type: 'adam', epochs: 2, batchSize: 32 },
})

const losses = [
  { type: 'bce', negatives: 3 },
  { type: 'bpr', negatives: 1 },
  { type: 'softmax', negatives: { count: 3, sampler: 'popularity' } },
  { type: 'softmax', negatives: { count: 8, shared: true } },
  { type: 'softmax', negatives: { sampler: 'in-batch' } },
  { type: 'bpr', negatives: { sampler: 'in-batch' } },
]

for (const loss of losses)
  test(`training with ${JSON.stringify(loss)} reads each distinct title once a batch, ranking reads it once in all`, async () => {
    const { calls, plugin } = counting()
    const graph = compile({ name: 'titles.json', text: JSON.stringify(document(loss)) }, [text, plugin])
    const { model } = await train(graph, titled(titles, met), { kernels })
    const steps = calls.filter(({ training }) => training)
    expect(steps.length).toBe(2 * Math.ceil(events / 32))
    // 32 events of 5 items, with their negatives: each batch has every item, and reads it once
    expect(new Set(steps.map(({ texts }) => texts))).toEqual(new Set([titles.length]))

    calls.length = 0
    for (let user = 0; user < met.length; user++) await model.recommend(user, 3, true)
    const read = calls.reduce((sum, { texts }) => sum + texts, 0)
    // the catalogue, and the entry of an unknown item
    expect(read).toBeGreaterThanOrEqual(titles.length)
    expect(read).toBeLessThanOrEqual(titles.length + 1)
  })
