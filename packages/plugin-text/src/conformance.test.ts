import { testPlugin } from '@recspec/testing'
import { text } from './index.js'

/** The score of a user and a title. */
const titled = (op: object) => ({
  inputs: { user: { type: 'id', entity: 'user' }, title: { type: 'text/tokens', entity: 'item', maxLength: 5 } },
  embeddings: { p: { input: 'user', dim: 4 } },
  ops: { read: { ...op, inputs: ['title'] }, score: { type: 'dense', inputs: ['p', 'read'], units: 1 } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 2, batchSize: 8 },
})

const readBy = (name: string, params: Readonly<Record<string, unknown>>) => ({
  cases: [{ params, document: titled({ type: `text/${name}`, ...params }) }],
})

testPlugin(text, {
  layers: {
    bag: readBy('bag', { dim: 4 }),
    cnn: readBy('cnn', { dim: 4, filters: 3, widths: [2, 3] }),
    gru: readBy('gru', { dim: 4, units: 3 }),
    lstm: readBy('lstm', { dim: 4, units: 3 }),
    attention: readBy('attention', { dim: 4, heads: 2 }),
  },
})
