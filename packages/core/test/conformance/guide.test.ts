import { testPlugin } from '@recspec/testing'
import { guide } from '../guide.js'

/** A score whose bias alone is trained. */
const biased = {
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
  ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'bias', inputs: ['match'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
}

// the plugin of the README, which authors copy from
testPlugin(guide, {
  solvers: {
    mean: { cases: [{ phase: { trains: ['score'] }, document: biased }] },
    sign: { except: { parameters: 'clipping a gradient does not change its signs' } },
  },
})
