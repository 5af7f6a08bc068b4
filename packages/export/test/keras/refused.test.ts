import {
  builtin,
  initialize,
  isMacro,
  layer,
  loss,
  type Plugin,
  safetensorsBytes,
  sampler,
  Type,
  tf,
} from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ids, type Opened, opened, world } from '../../../core/test/world.js'
import { readKerasWeights } from '../../src/keras/back.js'
import { kerasFolder } from '../../src/keras/index.js'
import { readPlain } from '../../src/keras/safetensors.js'
import { cases } from './cases.js'
import { graphOf, official } from './engine.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 7, items: 5 })
const base = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { one: { inputs: ['score'], loss: { type: 'bpr', negatives: 1 } } },
  solver: { type: 'sgd', epochs: 1, batchSize: 16 },
}
const empty = Type.Object({}, { additionalProperties: false })
const layerText = (source: string) => ({ name: 'Same', source })
const same = (keras?: { name: string; source: string }) =>
  layer({
    summary: 'The same.',
    params: empty,
    inputs: { x: 'one' },
    shape: (_, { x }) => x,
    apply: (_, { x }) => x,
    ...(keras ? { keras } : {}),
  })
const odd: Plugin = {
  name: 'odd',
  apiVersion: 1,
  package: 'recspec-plugin-odd',
  version: '1.2.3',
  layers: { same: same(), one: same(layerText('class Same(Op): pass')), two: same(layerText('class Same(Op): ...')) },
  losses: {
    hidden: loss({
      summary: 'Nothing.',
      params: empty,
      inputs: { score: 'one' },
      examples: () => ({ of: 'event', items: 'own' }),
      apply: (_, { score }) => tf.square(score.tensor),
    }),
  },
  samplers: {
    near: sampler({ summary: 'near items', params: empty, draws: () => ({ item: () => 0 }) }),
  },
}

const exported = (document: object) =>
  kerasFolder(initialize(graphOf({ document: { ...base, ...document }, plugins: [odd] }), data, { kernels }), {
    trained: false,
  })

test.each([
  [
    'an op',
    { ops: { kept: { type: 'odd/same', inputs: ['p'] }, score: { type: 'dot', inputs: ['kept', 'q'] } } },
    '/ops/kept: odd/same (recspec-plugin-odd 1.2.3) does not say what it is in Keras',
  ],
  [
    'a loss',
    { heads: { one: { inputs: ['score'], loss: { type: 'odd/hidden' } } } },
    '/heads/one/loss: odd/hidden (recspec-plugin-odd 1.2.3) does not say what it is in Keras',
  ],
  [
    'a sampler that draws for each user',
    { heads: { one: { inputs: ['score'], loss: { type: 'bpr', negatives: { count: 1, sampler: 'odd/near' } } } } },
    'sampler "odd/near" draws for each user',
  ],
  [
    'two texts of one name',
    {
      ops: {
        a: { type: 'odd/one', inputs: ['p'] },
        b: { type: 'odd/two', inputs: ['q'] },
        score: { type: 'dot', inputs: ['a', 'b'] },
      },
    },
    'different Keras texts under the name "Same"',
  ],
  [
    'a matrix of items by items',
    {
      inputs: { seen: { type: 'history', entity: 'user', dropout: 0.5 }, item: ids.item },
      embeddings: {},
      ops: { score: { type: 'autoencoder/item-to-item', inputs: ['seen', 'item'] } },
      heads: { one: { inputs: ['score'], loss: { type: 'autoencoder/squares' } } },
      solver: { type: 'autoencoder/ease' },
    },
    '/ops/score: autoencoder/item-to-item',
  ],
])('%s is refused by name', async (_, document, message) => {
  await expect(exported(JSON.parse(JSON.stringify(document)))).rejects.toMatchObject({
    kind: 'plugin',
    message: expect.stringContaining(message),
  })
})

/** Every operator of core and the official plugins that could be in Keras, by its name in documents. */
const operators = [builtin as Plugin, ...official].flatMap(
  ({ name, layers = {}, losses = {}, inputs = {}, solvers = {} }) =>
    [
      ...Object.entries(layers).filter(([, one]) => !isMacro(one)),
      ...Object.entries(losses),
      ...Object.entries(inputs).filter(([, one]) => one.reads === 'interactions'),
      ...Object.entries(solvers),
    ].map(([short, one]) => ({ name: name === '' ? short : `${name}/${short}`, keras: 'keras' in one && one.keras })),
)
const without = [
  'autoencoder/item-to-item',
  ...['bspm', 'copy', 'ease', 'gf-cf', 'slim', 'turbo-cf'].map((name) => `autoencoder/${name}`),
  ...['als', 'svd', 'gibbs'].map((name) => `imf/${name}`),
]

test('every operator is in Keras but those of matrices and closed forms', () => {
  expect(
    operators
      .filter(({ keras }) => !keras)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...without].sort())
})

test('every operator in Keras is in a case that is held to recspec', () => {
  const texts = cases(world, ids).map((one) => JSON.stringify(graphOf(one).document))
  const used = (name: string) => texts.some((text) => text.includes(`"type":"${name}"`))
  expect(operators.filter(({ name, keras }) => keras && !used(name)).map(({ name }) => name)).toEqual([])
})

test('files of Python are read back, and damage is found', () => {
  const one = new Map([['table/p', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }]])
  const bytes = safetensorsBytes(one, { keras: '3.1', backend: 'jax' })
  const { weights, from } = readKerasWeights(Buffer.from(bytes))
  expect([weights.values.get('p'), weights.shapes!.get('p'), from]).toEqual([
    Float32Array.of(1, 2, 3, 4, 5, 6),
    [3, 2],
    'keras 3.1 on jax',
  ])
  expect(() => readPlain(bytes.subarray(0, bytes.length - 4))).toThrow('cut off')
  expect(() => readPlain(Uint8Array.of(1, 2, 3))).toThrow('expected a safetensors file')
  const broken = new Map([['table/p', { data: Float32Array.of(Number.NaN), shape: [1] }]])
  expect(() => readPlain(safetensorsBytes(broken))).toThrow('training diverged')
  expect(() => readKerasWeights(safetensorsBytes(new Map([['p', { data: Float32Array.of(1), shape: [1] }]])))).toThrow(
    'neither a table nor a weight',
  )
})

test('weights of other shapes do not come back', () => {
  const model = initialize(graphOf({ document: base }), data, { kernels })
  const values = new Map([['p', new Float32Array(2)]])
  expect(() => model.withWeights({ values, shapes: new Map([['p', [1, 2]]]) }, 'keras')).toThrow(
    'table "p": expected shape [8, 2], got [1, 2]',
  )
})
