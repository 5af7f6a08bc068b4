import { testPlugin } from '@recspec/testing'
import { autoencoder } from './index.js'

const seen = { type: 'history', entity: 'user' }
const item = { type: 'id', entity: 'item' }
const user = { type: 'id', entity: 'user' }

/** Two tables of users, of which one becomes the other. */
const earlier = {
  inputs: { user, item },
  embeddings: { p: { input: 'user', dim: 3 }, before: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
  ops: {
    now: { type: 'dot', inputs: ['p', 'q'] },
    early: { type: 'dot', inputs: ['before', 'q'] },
    score: { type: 'sum', inputs: ['now', 'early'] },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
}

const items = {
  inputs: { seen, item },
  ops: { score: { type: 'autoencoder/item-to-item', inputs: ['seen', 'item'], l1: 0.2, l2: 1 } },
  heads: { row: { inputs: ['score'], loss: { type: 'autoencoder/squares' } } },
}

testPlugin(autoencoder, {
  solvers: {
    copy: {
      cases: [{ params: { from: ['p'], to: ['before'] }, phase: { trains: ['before'] }, document: earlier }],
      except: { objective: 'it minimizes nothing' },
    },
    slim: { cases: [{ document: items }] },
  },
})
