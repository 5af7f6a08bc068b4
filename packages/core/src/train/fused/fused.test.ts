import { sgd } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, fit, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import { problemOf } from '../../graph/problem.js'
import { fusedPlan } from './plan.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 14, items: 18, seed: 4 })
const tables = {
  p: { input: 'user', dim: 3, l2: 0.02 },
  q: { input: 'item', dim: 3, l2: 0.01, nu: 0.5 },
}
const dot = { score: { type: 'dot', inputs: ['p', 'q'] } }
const biased = {
  embeddings: { ...tables, b: { input: 'item', dim: 1, l2: 0.03 } },
  ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'b'] } },
}
const cosine = { score: { type: 'cosine', inputs: ['p', 'q'] } }
const noisy = {
  who: { type: 'l2Norm', inputs: ['p'] },
  what: { type: 'l2Norm', inputs: ['q'] },
  noisy: { type: 'dropout', inputs: ['who'], rate: 0.3 },
  score: { type: 'dot', inputs: ['noisy', 'what'] },
}
const early = {
  noisy: { type: 'dropout', inputs: ['p'], rate: 0.3 },
  score: { type: 'cosine', inputs: ['noisy', 'q'] },
}
const thin = { noisy: { ...noisy.noisy, inputs: ['p'] }, score: { type: 'dot', inputs: ['q', 'noisy'] } }
const rule = { tables: sgd(), weights: sgd() }

const cases: Readonly<Record<string, { loss: object; target?: string; ops?: object; embeddings?: object }>> = {
  'mse with a bias': { loss: { type: 'mse' }, target: 'rating', ...biased },
  mae: { loss: { type: 'mae' }, target: 'rating' },
  'bce of labels': { loss: { type: 'bce' }, target: 'liked' },
  'bce with negatives': { loss: { type: 'bce', negatives: 3 }, ...biased },
  'bce with any negatives': { loss: { type: 'bce', negatives: { count: 2, exclude: 'none' } } },
  bpr: { loss: { type: 'bpr', negatives: 2 }, ...biased },
  'bpr of popular items': { loss: { type: 'bpr', negatives: { count: 2, sampler: 'popularity', power: 0.7 } } },
  'bpr of the hardest': { loss: { type: 'bpr', negatives: { count: 2, hard: 3 } } },
  'bpr of shared items': { loss: { type: 'bpr', negatives: { count: 5, shared: true } } },
  ccl: { loss: { type: 'ccl', margin: 0.1, weight: 3, negatives: 6 }, ops: cosine },
  'ccl of shared items': {
    loss: { type: 'ccl', margin: 0.1, weight: 3, negatives: { count: 6, shared: true } },
    ops: cosine,
  },
  'ccl with dropout': { loss: { type: 'ccl', margin: 0.1, weight: 3, negatives: 6 }, ops: noisy },
  'ccl of shared items, with dropout': {
    loss: { type: 'ccl', margin: 0.1, weight: 3, negatives: { count: 6, shared: true } },
    ops: noisy,
  },
  'ccl with dropout before normalization': {
    loss: { type: 'ccl', margin: 0.1, weight: 3, negatives: { count: 6, shared: true } },
    ops: early,
  },
  'bpr with dropout': { loss: { type: 'bpr', negatives: 2 }, ops: thin },
  warp: { loss: { type: 'warp', negatives: 4 } },
  'softmax, corrected': {
    loss: {
      type: 'softmax',
      temperature: 0.5,
      negatives: { count: 4, sampler: 'popularity', exclude: 'none', correct: 'log-q' },
    },
  },
  'bilateral softmax': { loss: { type: 'softmax', temperature: 0.5, negativeWeight: 1.2, negatives: 4 }, ops: cosine },
  'bilateral softmax of positives together': {
    loss: {
      type: 'softmax',
      temperature: 0.3,
      negativeWeight: 1.2,
      averagePositives: true,
      negatives: { count: 6, shared: true, exclude: 'none' },
    },
    ops: noisy,
  },
  'a loss of another plugin': { loss: { type: 'local/fourth' }, target: 'liked' },
}

const documentOf = ({ loss, target, ...rest }: (typeof cases)[string], weight: unknown, solver: object): Document => ({
  inputs: ids,
  embeddings: tables,
  ops: dot,
  ...rest,
  heads: { liked: { inputs: ['score'], ...(target ? { target } : {}), loss, weight } },
  solver: { epochs: 3, batchSize: 8, ...solver },
})

for (const [name, given] of Object.entries(cases))
  test(`a mini-batch of ${name} takes the same step in both executors`, async () => {
    for (const solver of [
      { type: 'sgd', learningRate: 0.05 },
      { type: 'adam', learningRate: 0.01 },
      { type: 'adam', learningRate: 0.01, lazy: false },
      { type: 'adagrad', learningRate: 0.05 },
    ]) {
      const after = async (weight: unknown) => {
        const program = programOf(documentOf(given, weight, solver), data, kernels)
        const phase = program.graph.phases[0]!
        const plan = fusedPlan(rule, phase.params as { batchSize?: number }, problemOf(program.graph, phase))
        const reports = await fit(program)
        return { plan, program, losses: reports.map(({ loss }) => loss) }
      }
      const fused = await after(1)
      // the fused kernel does not support a scheduled head weight
      const tfjs = await after({ type: 'linear', from: 1, to: 1, steps: 1 })
      expect(fused.plan).toMatchObject({ batchSize: 8 })
      expect(tfjs.plan).toEqual({ reason: 'the head is weighted' })
      fused.losses.forEach((value, epoch) => {
        expect(value / tfjs.losses[epoch]!).toBeCloseTo(1, 4)
      })
      for (const [table, { values }] of fused.program.tables)
        values.forEach((value, place) => {
          expect(value).toBeCloseTo(tfjs.program.tables.get(table)!.values[place]!, 3)
        })
    }
  })

test('a phase that cannot train per example gets the default batch size', () => {
  const planOf = (given: (typeof cases)[string], solver: object = {}) => {
    const { graph } = programOf({ ...documentOf(given, 1, {}), solver: { type: 'sgd', ...solver } }, data, kernels)
    return fusedPlan(rule, graph.phases[0]!.params as { batchSize?: number }, problemOf(graph, graph.phases[0]!))
  }
  expect(planOf(cases['mae']!)).not.toHaveProperty('batchSize')
  expect(planOf(cases['mae']!, { batchSize: 1 })).not.toHaveProperty('batchSize')
  for (const name of ['ccl', 'bpr of shared items', 'a loss of another plugin'])
    expect(planOf(cases[name]!)).toMatchObject({ batchSize: 256 })
  expect(
    planOf({ loss: { type: 'bpr' }, ...biased, ops: { ...cosine, match: cosine.score, score: biased.ops.score } }),
  ).toEqual({
    reason: 'cosines are added to other terms',
  })
  expect(planOf(cases['bpr with dropout']!)).toMatchObject({
    batchSize: 256,
    normalized: false,
    dropout: { node: 'noisy', rate: 0.3 },
  })
  expect(planOf({ loss: { type: 'bpr' }, ops: noisy })).toMatchObject({ normalized: true, dropout: { node: 'noisy' } })
  const bpr = { loss: { type: 'bpr' } }
  expect(planOf({ ...bpr, ops: { who: noisy.who, score: { type: 'dot', inputs: ['who', 'q'] } } })).toEqual({
    reason: 'one side alone is L2-normalized',
  })
  expect(
    planOf({
      ...bpr,
      ops: { ...thin, noisy: { ...thin.noisy, inputs: ['q'] }, score: { type: 'dot', inputs: ['p', 'noisy'] } },
    }),
  ).toEqual({
    reason: 'dropout at "noisy" applies to items',
  })
  const added = { match: thin.score, noisy: thin.noisy, score: { type: 'sum', inputs: ['match', 'b'] } }
  expect(planOf({ ...bpr, ...biased, ops: added })).toEqual({
    reason: 'dropout at "noisy" is combined with other terms',
  })
  // the length of what dropout reads does not matter
  expect(planOf({ ...bpr, ops: { ...noisy, score: { type: 'cosine', inputs: ['noisy', 'what'] } } })).toMatchObject({
    dropout: { node: 'noisy', rate: 0.3, beforeNormalization: true },
  })
})
