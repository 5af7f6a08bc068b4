import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, ids, type Opened, opened, world } from '../test/world.js'
import { candidateSet } from './contract/candidates.js'
import { input } from './contract/input.js'
import { layer } from './contract/layer.js'
import { loss } from './contract/loss.js'
import { metric } from './contract/metric.js'
import type { Plugin } from './contract/plugin.js'
import { type Sampler, sampler } from './contract/sampler.js'
import { solver } from './contract/solver.js'
import { split } from './contract/split.js'
import type { Failure } from './failure.js'
import { Type, tf } from './index.js'
import type { Program } from './program/program.js'
import { train } from './run/train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const none = Type.Object({}, { additionalProperties: false })
const data = world({ users: 4, items: 5 })

const tucker = (sections: Partial<Plugin>, identity: Partial<Plugin> = {}): Plugin => ({
  name: 'tucker',
  apiVersion: 1,
  package: 'recspec-plugin-tucker',
  version: '0.1.0',
  ...identity,
  ...sections,
})

/** Matrix factorization, with parts of a document in the place of its own. */
const document = (parts: Document = {}) => ({
  recspec: 1,
  name: 'test',
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 1, batchSize: 8 },
  ...parts,
})

/** What training a document throws, or what measuring the trained model did. */
const failureOf = async (plugin: Plugin, parts: Document, rows = data): Promise<Failure> => {
  const text = JSON.stringify(document(parts))
  try {
    const { evaluationError } = await train(compile({ name: 'test.json', text }, [plugin]), rows, { kernels })
    if (evaluationError) return evaluationError as Failure
  } catch (error) {
    return error as Failure
  }
  throw new Error('nothing was thrown')
}

/** A layer of width 1 that returns what `apply` makes of the elementwise product. */
const broken = (apply: (product: tf.Tensor) => tf.Tensor) =>
  tucker({
    layers: {
      bilinear: layer({
        summary: 'Broken.',
        params: none,
        inputs: { a: 'one', b: 'one' },
        shape: () => [1],
        apply: (_, { a, b }) => ({ tensor: apply(tf.mul(a.tensor, b.tensor)) }),
      }),
    },
  })
const bilinear = { ops: { score: { type: 'tucker/bilinear', inputs: ['p', 'q'] } } }
const sum = (product: tf.Tensor) => tf.sum(product, 1, true)

test('what a layer throws names its entry, plugin and version', async () => {
  const fault = broken(() => {
    throw new TypeError('x is not a function\nat somewhere')
  })
  const failure = await failureOf(fault, bilinear)
  expect(failure).toMatchObject({
    name: 'Failure',
    kind: 'plugin',
    message: '/ops/score: tucker/bilinear (recspec-plugin-tucker 0.1.0) threw: TypeError: x is not a function',
    hint: 'the fault is in the plugin: report it to its author',
  })
  expect(failure.cause).toBeInstanceOf(TypeError)
})

test('a plugin without package or version is said to be unknown', async () => {
  const thrown = broken(() => {
    throw new Error('no')
  })
  const { package: from, version, ...nameless } = thrown
  expect((await failureOf(nameless, bilinear)).message).toBe('/ops/score: tucker/bilinear (unknown version) threw: no')
  expect((await failureOf({ ...nameless, package: from! }, bilinear)).message).toContain(
    '(recspec-plugin-tucker, unknown version)',
  )
  expect((await failureOf({ ...nameless, version: version! }, bilinear)).message).toContain('tucker/bilinear (0.1.0)')
})

test.each<[string, (product: tf.Tensor) => tf.Tensor, string]>([
  ['shape', (product) => product, 'returned [8, 3] from "apply", expected [8, 1]'],
  ['axis', (product) => tf.slice(sum(product), [0, 0], [1, 1]), 'returned [1, 1] from "apply", expected [8, 1]'],
  ['rank', (product) => tf.sum(product, 1), 'returned [8] from "apply", expected [8, 1]'],
  ['dtype', (product) => tf.cast(sum(product), 'int32'), 'returned int32 from "apply", expected float32'],
  ['absence', () => undefined as unknown as tf.Tensor, 'returned no { tensor } from "apply"'],
])('a layer is held to the shape that it declares: %s', async (_, apply, message) => {
  expect(await failureOf(broken(apply), bilinear)).toMatchObject({
    kind: 'plugin',
    message: `/ops/score: tucker/bilinear (recspec-plugin-tucker 0.1.0) ${message}`,
  })
})

test.each<[string, (terms: tf.Tensor) => tf.Tensor, string]>([
  ['a mean', (terms) => tf.mean(terms), 'returned [] from "apply", expected terms for scores [8]; core sums them'],
  ['integers', (terms) => tf.cast(terms, 'int32'), 'returned int32 from "apply", expected float32'],
  [
    'an error',
    () => {
      throw new RangeError('too far')
    },
    'threw: RangeError: too far',
  ],
])('a loss is held to terms for each score: %s', async (_, made, message) => {
  const plugin = tucker({
    losses: {
      squares: loss({
        summary: 'Broken.',
        params: none,
        inputs: { score: 'one' },
        examples: () => ({ of: 'event', items: 'own' }),
        apply: (_, { score }, { target }) =>
          made(tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!)),
      }),
    },
  })
  const heads = { rating: { inputs: ['score'], target: 'rating', loss: { type: 'tucker/squares' } } }
  expect(await failureOf(plugin, { heads })).toMatchObject({
    kind: 'plugin',
    message: `/heads/rating/loss: tucker/squares (recspec-plugin-tucker 0.1.0) ${message}`,
  })
})

interface Parts {
  readonly state?: unknown
  readonly height?: number
  learn?(): unknown
  encode?(): { rows?: readonly number[]; values?: readonly number[] }
}

/** A plugin with an input of rows and one of numbers that give these. */
const inputsOf = ({ state = {}, height = 3, learn = () => state, encode }: Parts) => {
  const shared = { summary: 'Broken.', params: none, reads: 'column', entities: ['item', 'user'] } as const
  return tucker({
    inputs: {
      rows: input({
        ...shared,
        gives: 'rows',
        shape: () => [],
        learn,
        height: () => height,
        encode: encode ?? (() => ({ rows: [1] })),
      }),
      some: input({
        ...shared,
        gives: 'rows',
        shape: () => [2],
        learn,
        height: () => height,
        encode: encode ?? (() => ({ rows: [1] })),
      }),
      numbers: input({
        ...shared,
        gives: 'numbers',
        shape: () => [2],
        learn,
        encode: encode ?? (() => ({ values: [1, 2] })),
      }),
    },
  })
}

const reading = (type: 'rows' | 'some' | 'numbers'): Document => ({
  inputs: { user: ids.user, price: { type: `tucker/${type}`, entity: 'item' } },
  embeddings: {
    p: { input: 'user', dim: 2 },
    ...(type === 'numbers' ? {} : { q: { input: 'price', dim: 2, ...(type === 'some' ? { combine: 'sum' } : {}) } }),
  },
  ops: { score: { type: 'dot', inputs: ['p', type === 'numbers' ? 'price' : 'q'] } },
})

class Vocabulary {
  readonly values = ['a']
}

test.each<[string, 'rows' | 'some' | 'numbers', Parts, string]>([
  [
    'negative',
    'rows',
    { encode: () => ({ rows: [-1] }) },
    'returned row -1 from "encode", expected an integer from 0 to 2',
  ],
  [
    'fraction',
    'rows',
    { encode: () => ({ rows: [1.5] }) },
    'returned row 1.5 from "encode", expected an integer from 0 to 2',
  ],
  ['NaN', 'rows', { encode: () => ({ rows: [Number.NaN] }) }, 'returned row NaN from "encode"'],
  [
    'too high',
    'some',
    { encode: () => ({ rows: [0, 3] }) },
    'returned row 3 from "encode", expected an integer from 0 to 2',
  ],
  ['no row', 'rows', { encode: () => ({ rows: [] }) }, 'returned 0 rows from "encode", its shape is []'],
  ['too many', 'some', { encode: () => ({ rows: [0, 1, 2] }) }, 'returned 3 rows from "encode", its shape is [2]'],
  ['weights', 'some', { encode: () => ({ rows: [0, 1], values: [1] }) }, 'returned 1 weights for 2 rows from "encode"'],
  [
    'a weight',
    'some',
    { encode: () => ({ rows: [0], values: [Infinity] }) },
    'returned the weight Infinity from "encode"',
  ],
  ['nothing', 'rows', { encode: () => ({}) }, 'returned no { rows } from "encode"'],
  ['numbers', 'numbers', { encode: () => ({ values: [1] }) }, 'returned 1 numbers from "encode", its shape has 2'],
  ['a NaN', 'numbers', { encode: () => ({ values: [1, Number.NaN] }) }, 'returned the number NaN from "encode"'],
  ['height', 'rows', { height: Number.NaN }, 'returned NaN from "height", expected the number of rows, 1 or more'],
  [
    'Map',
    'rows',
    { state: { values: new Map() } },
    'learned a state that JSON cannot represent: state.values is a Map',
  ],
  [
    'NaN state',
    'rows',
    { state: [{ mean: Number.NaN }] },
    'learned a state that JSON cannot represent: state[0].mean is NaN',
  ],
  ['class', 'rows', { state: new Vocabulary() }, 'learned a state that JSON cannot represent: state is a Vocabulary'],
  [
    'array',
    'rows',
    { state: new Float32Array(1) },
    'learned a state that JSON cannot represent: state is a Float32Array',
  ],
  [
    'function',
    'rows',
    { state: { f: () => 1 } },
    'learned a state that JSON cannot represent: state.f is of type function',
  ],
])('an input is held to what its contract says: %s', async (_, type, parts, message) => {
  const failure = await failureOf(inputsOf(parts), reading(type))
  expect(failure.kind).toBe('plugin')
  expect(failure.message).toContain(`/inputs/price: tucker/${type} (recspec-plugin-tucker 0.1.0) ${message}`)
})

const throwing = (error: Error) => () => {
  throw error
}

test('a bare sentence of an input is an error in the data; anything else is a fault of the plugin', async () => {
  const sentence = new Error('unknown currency')
  expect(await failureOf(inputsOf({ learn: throwing(sentence) }), reading('rows'))).toMatchObject({
    kind: 'data',
    message: 'input "price": unknown currency',
  })
  expect(await failureOf(inputsOf({ encode: throwing(sentence) }), reading('rows'))).toMatchObject({
    kind: 'data',
    message: 'input "price", column "price": unknown currency, in a missing value',
  })
  for (const parts of [{ learn: throwing(new TypeError('no')) }, { encode: throwing(new TypeError('no')) }])
    expect(await failureOf(inputsOf(parts), reading('rows'))).toMatchObject({
      kind: 'plugin',
      message: '/inputs/price: tucker/rows (recspec-plugin-tucker 0.1.0) threw: TypeError: no',
    })
})

test('a value that a built-in input refuses is an error in the data', async () => {
  const inputs = { user: ids.user, genres: { type: 'tensor', entity: 'item', shape: [3] } }
  const parts = {
    inputs,
    embeddings: { p: { input: 'user', dim: 3 } },
    ops: { score: { type: 'dot', inputs: ['p', 'genres'] } },
  }
  expect(await failureOf(tucker({}), parts)).toMatchObject({
    kind: 'data',
    message: 'input "genres", column "genres": expected 3 numbers, got 1, in "calm"',
  })
})

interface Report {
  readonly epoch: number
  readonly loss: number
}

/** A plugin with a solver that yields reports, after `work` on the program. */
const solverOf = (reports: readonly Report[], work: (program: Program) => void = () => {}) =>
  tucker({
    solvers: {
      descent: solver({
        summary: 'Broken.',
        params: none,
        kind: 'minimises',
        async *fit(_, __, program) {
          work(program)
          for (const [k, { epoch, loss }] of reports.entries())
            yield { epoch, epochs: 3, step: k, loss, examples: 1, state: () => ({ numbers: {}, arrays: {} }) }
        },
      }),
    },
  })

test.each<[string, readonly Report[], string]>([
  ['NaN', [{ epoch: 1, loss: Number.NaN }], 'reported the loss NaN in epoch 1'],
  ['nothing', [], 'ended without a report'],
  [
    'an epoch twice',
    [
      { epoch: 1, loss: 1 },
      { epoch: 1, loss: 1 },
    ],
    'reported epoch 1 after epoch 1, expected rising epochs from 1',
  ],
  ['epoch 0', [{ epoch: 0, loss: 1 }], 'reported epoch 0, expected rising epochs from 1'],
])('a solver is held to its reports: %s', async (_, reports, message) => {
  expect(await failureOf(solverOf(reports), { solver: { type: 'tucker/descent' } })).toMatchObject({
    kind: 'plugin',
    message: `/solver: tucker/descent (recspec-plugin-tucker 0.1.0) ${message}`,
  })
})

test('a solver that changes what its phase does not train is named, and one of several phases by its number', async () => {
  const plugin = solverOf([{ epoch: 1, loss: 1 }], ({ tables }) => tables.get('q')!.values.fill(1))
  const phases = [
    { type: 'adam', epochs: 1 },
    { type: 'tucker/descent', trains: ['p'] },
  ]
  expect(await failureOf(plugin, { solver: phases })).toMatchObject({
    kind: 'plugin',
    message: '/solver/1: tucker/descent (recspec-plugin-tucker 0.1.0) changed "q", which its phase does not train',
  })
})

test('what a solver throws is its own fault', async () => {
  const fault = solverOf([], () => {
    throw new Error('singular matrix')
  })
  expect(await failureOf(fault, { solver: { type: 'tucker/descent' } })).toMatchObject({
    kind: 'plugin',
    message: '/solver: tucker/descent (recspec-plugin-tucker 0.1.0) threw: singular matrix',
  })
})

const withSampler = {
  heads: { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: { count: 1, sampler: 'tucker/odd' } } } },
}
const samplerOf = (methods: Pick<Sampler, 'weights' | 'draws'>) =>
  tucker({ samplers: { odd: sampler({ summary: 'Broken.', params: none, ...methods }) } })

test.each<[string, Pick<Sampler, 'weights' | 'draws'>, string]>([
  ['length', { weights: () => new Float64Array(2) }, 'gave 2 weights for 5 items, expected a Float64Array [items]'],
  ['sign', { weights: () => new Float64Array(5).fill(-1) }, 'gave item 0 the weight -1, expected a finite number ≥ 0'],
  ['item', { draws: () => ({ item: () => 5 }) }, 'drew item 5, expected an integer from 0 to 4'],
  [
    'error',
    {
      draws: () => ({
        item: () => {
          throw new TypeError('no')
        },
      }),
    },
    'threw: TypeError: no',
  ],
])('a sampler is held to its contract: %s', async (_, methods, message) => {
  expect(await failureOf(samplerOf(methods), withSampler)).toMatchObject({
    kind: 'plugin',
    message: `/heads/liked/loss/negatives: tucker/odd (recspec-plugin-tucker 0.1.0) ${message}`,
  })
})

const ranking = { ranks: [0], held: 1, candidates: 2 }

/** A plugin with a split, a candidate set and a metric that give these. */
const evaluationOf = ({ rows = () => Int32Array.of(0, 3), ranked = ranking, value = () => 1 as unknown }) =>
  tucker({
    splits: { odd: split({ summary: 'Broken.', params: none, holdOut: rows }) },
    candidates: {
      odd: candidateSet({
        summary: 'Broken.',
        params: none,
        protocol: () => 'odd',
        async *rank() {
          yield ranked
        },
      }),
    },
    metrics: {
      odd: metric({
        summary: 'Broken.',
        of: 'rankings',
        better: 'higher',
        k: 'required',
        variants: [],
        ranking: value as () => number,
      }),
    },
  })
const evaluation = {
  split: { type: 'tucker/odd' },
  candidates: { type: 'tucker/odd' },
  metrics: ['tucker/odd@2'],
}

test.each<[string, Parameters<typeof evaluationOf>[0], string]>([
  [
    'rows',
    { rows: () => Int32Array.of(3, 0) },
    'split: tucker/odd (recspec-plugin-tucker 0.1.0) returned row 0 at place 1',
  ],
  ['a list', { rows: () => [1] as never }, 'split: tucker/odd (recspec-plugin-tucker 0.1.0) returned no Int32Array'],
  [
    'rank',
    { ranked: { ...ranking, ranks: [3] } },
    'candidates: tucker/odd (recspec-plugin-tucker 0.1.0) gave rank 3 at place 0',
  ],
  [
    'order',
    { ranked: { ...ranking, held: 2, ranks: [1, 0] } },
    'candidates: tucker/odd (recspec-plugin-tucker 0.1.0) gave rank 0',
  ],
  [
    'held',
    { ranked: { ...ranking, held: 0 } },
    'candidates: tucker/odd (recspec-plugin-tucker 0.1.0) gave 1 ranks of 0',
  ],
  ['text', { value: () => '1' }, 'metrics: tucker/odd@2 (recspec-plugin-tucker 0.1.0) returned a value of type string'],
  ['error', { value: throwing(new Error('no')) }, 'metrics: tucker/odd@2 (recspec-plugin-tucker 0.1.0) threw: no'],
])('evaluation holds a plugin to its contract: %s', async (_, parts, message) => {
  const failure = await failureOf(evaluationOf(parts), { evaluation })
  expect(failure.message).toContain(`/evaluation/${message}`)
  expect(failure.kind).toBe('plugin')
})

test('a split may refuse data with a bare sentence', async () => {
  const plugin = evaluationOf({ rows: throwing(new Error('needs more rows')) })
  expect(await failureOf(plugin, { evaluation })).toMatchObject({ kind: 'data', message: 'needs more rows' })
})

test('a metric may be NaN', async () => {
  const text = JSON.stringify(document({ evaluation }))
  const graph = compile({ name: 'test.json', text }, [evaluationOf({ value: () => Number.NaN })])
  expect((await train(graph, data, { kernels })).evaluation!.metrics).toEqual({ 'tucker/odd@2': Number.NaN })
})
