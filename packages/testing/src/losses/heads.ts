import type { Loss } from '@recspec/core'
import { type Document, descent, factors, ids } from '../documents.js'
import type { Params } from '../settings.js'

/** Graphs with a score, a vector of classes and codes of users; a bias makes scores a sum of products. */
const graphs = {
  factors: {
    ...factors,
    embeddings: { ...factors.embeddings, b: { input: 'item', dim: 1, init: 'normal' } },
    ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'b'] } },
  },
  rows: {
    inputs: { seen: { type: 'history', entity: 'user' }, item: ids.item },
    embeddings: { p: { input: 'seen', dim: 4, combine: 'sum' }, q: { input: 'item', dim: 4, l2: 0.01 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  },
  classes: {
    ...factors,
    ops: { score: { type: 'dense', inputs: ['p', 'q'], units: 3 } },
  },
} as const

/** Vectors of users alone: by id, and by history. */
const users = [
  { inputs: { user: ids.user }, embeddings: { p: { input: 'user', dim: 4 } } },
  { inputs: { seen: graphs.rows.inputs.seen }, embeddings: { p: { input: 'seen', dim: 4, combine: 'sum' } } },
] as const

/** Targets of heads, from none to the most special. */
const targets: readonly Params[] = [
  { target: { column: 'rating', range: [1, 5] } },
  {},
  { target: { column: 'liked', positive: 1 } },
  { target: { column: 'mood', classes: ['up', 'down', 'flat'] } },
]

/** Documents with a head of a loss, the most usual first. */
export function* headDocuments(loss: Loss, written: Params, more: Params): Generator<Document> {
  const ports = Object.keys(loss.inputs)
  const head = (inputs: readonly string[], target: Params) => ({ kit: { inputs, loss: written, ...target, ...more } })
  if (ports.length > 1) {
    const codes = Object.fromEntries(
      ports.map((port) => [`code-${port}`, { type: 'dense', inputs: ['p'], units: 3, activation: 'tanh' }]),
    )
    for (const target of [{}, ...targets])
      for (const graph of users)
        yield { ...graph, ops: codes, heads: head(Object.keys(codes), target), solver: descent }
  }
  for (const target of targets)
    for (const graph of [graphs.factors, graphs.rows, graphs.classes])
      yield {
        ...graph,
        heads: head(
          ports.map(() => 'score'),
          target,
        ),
        solver: descent,
      }
}
