import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import { useBackend } from '../../backend/backend.js'
import { problemOf } from '../../graph/problem.js'
import { objectiveOf } from '../../index.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())
const data = world({ users: 12, items: 10 })

const normal = { type: 'normal', deviation: 1 }
/** Towers and biases; an op of single numbers above their sum hides that it is a product of two sides. */
const document = (negatives: object | undefined): Document => ({
  inputs: ids,
  embeddings: {
    p: { input: 'user', dim: 3, init: normal, l2: 0.01 },
    q: { input: 'item', dim: 3, init: normal, l2: 0.02 },
    b: { input: 'user', dim: 1, init: normal },
    c: { input: 'item', dim: 1, init: normal },
  },
  ops: {
    left: { type: 'dense', inputs: ['p'], units: 4, activation: 'tanh' },
    right: { type: 'dense', inputs: ['q'], units: 4, activation: 'tanh' },
    match: { type: 'dot', inputs: ['left', 'right'] },
    all: { type: 'sum', inputs: ['match', 'b', 'c'], weights: [1, 0.5, 2] },
    score: { type: 'activation', inputs: ['all'], function: 'linear' },
  },
  heads: {
    liked: { inputs: ['score'], loss: { type: 'softmax', temperature: 0.5, ...(negatives ? { negatives } : {}) } },
  },
  solver: { type: 'sgd' },
})

const objective = (given: Document) => {
  const program = programOf(given, data, kernels)
  const { graph } = program
  return objectiveOf(problemOf(graph, graph.phases[0]!), program, { batchSize: 7, seed: 4 }).evaluate()
}

/** The same document whose head reads the sum itself. */
const factored = (given: Document): Document => {
  const { ops, heads, ...rest } = given as Record<string, Record<string, object>>
  const { score: _, all, ...others } = ops!
  return { ...rest, ops: { ...others, score: all! }, heads: heads! }
}

for (const [name, negatives] of [
  ['the items of the batch', { sampler: 'in-batch' }],
  ['the items of the batch, observed ones too', { sampler: 'in-batch', exclude: 'none' }],
  ['the items of the batch, corrected', { sampler: 'in-batch', correct: 'log-q' }],
  ['all items', undefined],
  ['shared negatives', { count: 6, shared: true }],
  ['shared negatives, observed ones too', { count: 6, shared: true, exclude: 'none' }],
  ['shared negatives, corrected', { count: 6, shared: true, sampler: 'popularity', correct: 'log-q' }],
] as const)
  test(`softmax among ${name}: products of two sides give the loss and gradients of an array of scores`, async () => {
    for (const backend of ['wasm', 'cpu']) {
      await useBackend(backend, backend === 'wasm' ? kernels : undefined)
      const given = document(negatives)
      const [blocked, whole] = [objective(factored(given)), objective(given)]
      expect(blocked.loss / whole.loss).toBeCloseTo(1, 5)
      for (const of of ['tables', 'weights'] as const)
        for (const [weight, gradient] of whole[of]) {
          const own = blocked[of].get(weight)!
          const scale = Math.max(1, ...gradient.map(Math.abs))
          gradient.forEach((value, at) => {
            expect(Math.abs(own[at]! - value) / scale, `${weight} ${at}`).toBeLessThan(1e-5)
          })
        }
    }
  })
