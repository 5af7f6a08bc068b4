import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ids, type Opened, opened, world } from '../../../test/world.js'
import {
  compareScores,
  loss,
  maskTerms,
  NegativesParam,
  negatives,
  negativesProblem,
  type Plugin,
  softplus,
  Type,
  tf,
  train,
} from '../../index.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

/** BPR as a third party writes it: with the exports of core alone. */
const rank: Plugin = {
  name: 'rank',
  apiVersion: 1,
  losses: {
    pairs: loss({
      summary: 'A positive should score higher than its negatives.',
      params: Type.Object({ negatives: Type.With(NegativesParam, { default: 1 }) }, { additionalProperties: false }),
      inputs: { score: 'one' },
      logits: true,
      rejects: (params, { target }) => (target ? 'reads no target' : negativesProblem(params.negatives)),
      examples: (params) => {
        const drawn = negatives(params.negatives)
        return drawn.inBatch
          ? { of: 'event', items: 'in-batch', negatives: drawn }
          : { of: 'event', items: 'sampled', negatives: drawn, reads: { user: drawn.count, item: drawn.count } }
      },
      apply: (params, { score }, { positive }) => {
        const compared = compareScores(score.tensor, negatives(params.negatives), positive)
        return maskTerms(softplus(tf.sub(compared.others, compared.positives)), compared)
      },
    }),
  },
}

const data = world({ users: 8, items: 9 })
const scores = async (type: string, drawn: unknown) => {
  const document = {
    recspec: 1,
    name: 'test',
    inputs: ids,
    embeddings: { p: { input: 'user', dim: 3, l2: 0.01 }, q: { input: 'item', dim: 3, l2: 0.01 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    heads: { liked: { inputs: ['score'], loss: { type, negatives: drawn } } },
    // a clipped norm keeps the built-in loss from the fused kernel
    solver: { type: 'adam', epochs: 3, batchSize: 8, clipNorm: 1e6 },
  }
  const { model } = await train(compile({ name: 'test.json', text: JSON.stringify(document) }, [rank]), data, {
    kernels,
    seed: 4,
  })
  return model.predict(data.events.user, data.events.item)
}

test.each([
  ['sampled', 2],
  ['hard', { count: 2, hard: 3 }],
  ['shared', { count: 3, shared: true }],
  ['hard and shared', { count: 2, hard: 2, shared: true }],
  ['in-batch', { sampler: 'in-batch' }],
  ['popular', { count: 2, sampler: 'popularity', power: 0.5 }],
])('a pairwise loss of a plugin trains to the bytes of the built-in one: %s', async (_, drawn) => {
  const own = await scores('rank/pairs', drawn)
  expect(own).toEqual(await scores('bpr', drawn))
  expect(new Set(own).size).toBeGreaterThan(8)
})
