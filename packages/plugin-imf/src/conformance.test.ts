import { testPlugin } from '@recspec/testing'
import { imf } from './index.js'

const factors = {
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { u: { input: 'user', dim: 3 }, v: { input: 'item', dim: 3 } },
  ops: { score: { type: 'dot', inputs: ['u', 'v'] } },
}
const rating = (loss: object) => ({ stars: { inputs: ['score'], target: 'rating', loss } })
const filled = { ...factors, heads: rating({ type: 'imf/filled-squares', fill: 'mean' }) }
const biased = {
  ...factors,
  ops: { match: factors.ops.score, score: { type: 'bias', inputs: ['match'], init: 'target-mean' } },
  heads: rating({ type: 'imf/gaussian' }),
}

testPlugin(imf, {
  losses: {
    'weighted-squares': {
      cases: [
        { params: { alpha: 2 } },
        { params: { alpha: 2, confidence: 'log', epsilon: 0.5 }, head: { target: 'plays' } },
        { params: { unobservedWeight: 0.3 } },
      ],
      invalid: [
        { params: {}, message: 'needs "alpha" or "unobservedWeight", got neither' },
        { params: { alpha: 1, unobservedWeight: 1 }, message: 'takes either "alpha" or "unobservedWeight", got both' },
      ],
    },
    // a batch does not know the mean: gradient solvers take "zero" only
    'filled-squares': {
      cases: [{ params: { fill: 'zero' }, head: { target: 'rating' } }, { params: { fill: 'zero' } }],
    },
  },
  solvers: {
    svd: { cases: [{ document: filled }, { params: { powerIterations: 1 }, document: filled }] },
    gibbs: { cases: [{ params: { samples: 3, burnIn: 2 }, document: biased }] },
  },
})
