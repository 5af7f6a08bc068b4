import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import { useBackend } from '../backend/backend.js'
import type { Checkpoint } from '../model/model.js'
import { train } from '../run/train.js'

let one: Opened
let two: Opened
let three: Opened
beforeAll(async () => {
  one = await opened(1)
  two = await opened(2)
  three = await opened(3)
})
afterAll(async () => {
  await one.close()
  await two.close()
  await three.close()
})

const data = world({ users: 70, items: 66 })
const evaluation = { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse'] }
const stop = { metric: 'rmse', patience: 2 }
const l2 = 0.02

const factors = {
  p: { input: 'user', dim: 3, l2 },
  q: { input: 'item', dim: 3, l2 },
  bi: { input: 'item', dim: 1, l2 },
}

/** Factorizes into tables and biases, so the fused kernel trains it. */
const fused = {
  inputs: ids,
  embeddings: factors,
  ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'bi'] } },
}

/** Dropout on inputs and layers, running statistics, dense weights, a table that two inputs read. */
const deep = {
  inputs: { ...ids, met: { type: 'history', entity: 'user', dropout: 0.3 } },
  embeddings: { ...factors, h: { input: 'met', table: 'q', combine: 'mean' } },
  ops: {
    hidden: { type: 'dense', inputs: ['p', 'q', 'h'], units: 4, l2: 0.001 },
    normal: { type: 'batchNorm', inputs: ['hidden'], momentum: 0.9 },
    thin: { type: 'dropout', inputs: ['normal'], rate: 0.2 },
    deep: { type: 'activation', inputs: ['thin'] },
    score: { type: 'dense', inputs: ['deep', 'bi'], units: 1 },
  },
}

/** Sequences read once, in pieces, with dropout of steps and vectors. */
const sequences = {
  inputs: { ...ids, met: { type: 'history', entity: 'user', before: 'event', maxLength: 12 } },
  embeddings: { p: factors.p, q: { input: 'item', dim: 4, l2 }, h: { input: 'met', table: 'q' } },
  ops: {
    placed: { type: 'position', inputs: ['h'] },
    thin: { type: 'dropout', inputs: ['placed'], rate: 0.2 },
    read: { type: 'attention', inputs: ['thin'], heads: 2, causal: true, dropout: 0.2 },
    last: { type: 'pool', inputs: ['read'], by: ['last'] },
    state: { type: 'gru', inputs: ['h'], units: 4 },
    both: { type: 'dense', inputs: ['last', 'state', 'p'], units: 4 },
    score: { type: 'dot', inputs: ['both', 'q'] },
  },
}

const stars = { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
const likes = { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } }
const rules = [
  { type: 'sgd', learningRate: 0.02, momentum: 0.5 },
  { type: 'adagrad', learningRate: 0.1 },
  { type: 'adam', learningRate: { type: 'linear', from: 0.03, to: 0.01, steps: 3000 } },
  { type: 'adam', lazy: false, learningRate: 0.02 },
  { type: 'rmsprop', learningRate: 0.01, momentum: 0.3 },
]

const called = (rule: (typeof rules)[number]) => ('lazy' in rule ? `${rule.type} that moves every row` : rule.type)

const documents: { name: string; document: Document }[] = rules.flatMap((rule) => [
  {
    name: `${called(rule)} in the fused kernel`,
    document: { ...fused, heads: stars, solver: { ...rule, epochs: 6, stop }, evaluation },
  },
  {
    name: `${called(rule)} on tfjs`,
    document: { ...deep, heads: stars, solver: { ...rule, epochs: 3, batchSize: 32, stop }, evaluation },
  },
])

documents.push({
  name: 'sequences read once',
  document: {
    ...sequences,
    heads: { stars: { ...stars.stars, examples: 'sequences' } },
    solver: { type: 'adam', learningRate: 0.01, epochs: 3, batchSize: 16, stop },
    evaluation,
  },
})

/**
 * Towers as wide as users write them, and batches that threads share: metadata, and a sequence of words an LSTM reads.
 */
const towers = {
  inputs: {
    ...ids,
    land: { type: 'category', entity: 'user' },
    genres: { type: 'categories', entity: 'item', separator: '|' },
    price: { type: 'number', entity: 'item' },
  },
  embeddings: {
    p: { input: 'user', dim: 64, l2 },
    l: { input: 'land', dim: 16 },
    q: { input: 'item', dim: 64, l2 },
    g: { input: 'genres', dim: 32, combine: 'mean' },
    words: { input: 'genres', dim: 32 },
  },
  ops: {
    title: { type: 'lstm', inputs: ['words'], units: 16 },
    left: { type: 'mlp', inputs: ['p', 'l'], units: [128, 64] },
    right: { type: 'mlp', inputs: ['q', 'g', 'title', 'price'], units: [128, 64] },
    score: { type: 'dot', inputs: ['left', 'right'] },
  },
}

const inBatch = { type: 'softmax', temperature: 0.2, negatives: { sampler: 'in-batch' } }
for (const [name, heads] of [
  ['two towers over metadata and titles, in-batch', { liked: { inputs: ['score'], loss: inBatch } }],
  ['two towers over metadata and titles, squared error', stars],
] as const)
  documents.push({
    name,
    document: {
      ...towers,
      heads,
      solver: { type: 'adam', learningRate: 0.003, epochs: 2, batchSize: 512 },
      evaluation: { split: { type: 'ratio', share: 0.2 }, metrics: heads === stars ? ['rmse'] : ['hr@10'] },
    },
  })

const trained = async (document: Document, kernels: Opened, seed = 0) => {
  await useBackend('wasm', kernels)
  return (await train(graphOf(document), data, { kernels, seed })).model.save()
}

/** Interrupts a run at the first opportunity and resumes it, repeatedly, until it ends. */
const piecewise = async (document: Document, kernels: Opened) => {
  await useBackend('wasm', kernels)
  const graph = graphOf(document)
  let resume: Checkpoint | undefined
  let middles = 0
  for (let pieces = 1; pieces < 400; pieces++) {
    const found = await train(graph, data, { kernels, signal: AbortSignal.abort(), ...(resume ? { resume } : {}) })
    resume = found.interrupted
    if (!resume) return { bytes: await found.model.save(), pieces, middles }
    if (resume.state.numbers['steps']! > 0) middles++
  }
  throw new Error('never ends')
}

for (const { name, document } of documents) {
  test(`${name}: one seed gives the same bytes on any number of threads; another seed other bytes`, async () => {
    const first = await trained(document, one)
    expect(Buffer.compare(first, await trained(document, one))).toBe(0)
    for (const threads of [two, three]) expect(Buffer.compare(first, await trained(document, threads))).toBe(0)
    expect(Buffer.compare(first, await trained(document, one, 1))).not.toBe(0)
  })

  test(`${name}: a run that is interrupted repeatedly ends in the same bytes`, async () => {
    const { bytes, pieces } = await piecewise(document, one)
    expect(pieces).toBeGreaterThan(2)
    expect(Buffer.compare(bytes, await trained(document, one))).toBe(0)
  })
}

test('a run stops within an epoch and continues with its next batch', async () => {
  const solver = { type: 'adam', learningRate: 0.01, epochs: 2, batchSize: 4 }
  const document = { ...deep, heads: likes, solver }
  const { bytes, middles } = await piecewise(document, one)
  expect(middles).toBeGreaterThan(0)
  expect(Buffer.compare(bytes, await trained(document, one))).toBe(0)
})

test('a run of several phases continues in the phase it was in', async () => {
  const document = {
    ...deep,
    heads: stars,
    solver: [
      { type: 'adam', learningRate: 0.01, epochs: 2, batchSize: 64, trains: ['p', 'q'] },
      { type: 'sgd', learningRate: 0.01, epochs: 2, batchSize: 64, trains: ['hidden', 'normal', 'score'] },
    ],
  }
  const { bytes, pieces } = await piecewise(document, one)
  expect(pieces).toBeGreaterThan(3)
  expect(Buffer.compare(bytes, await trained(document, one))).toBe(0)
})

test('negatives of both executors are reproducible', async () => {
  for (const graph of [fused, deep]) {
    const document = { ...graph, heads: likes, solver: { type: 'adagrad', epochs: 2 } }
    expect(Buffer.compare(await trained(document, one), await trained(document, two))).toBe(0)
  }
})
