import { isMacro, type Plugin } from '@recspec/core'
import { type Document, factors, ids } from '../documents.js'
import { typeOf } from '../kind.js'
import type { Params } from '../settings.js'

/** Heads of the documents of solvers, by loss. */
const heads = (plugin: Plugin): readonly Params[] => [
  { target: 'rating', loss: { type: 'mse' } },
  { loss: { type: 'bpr', negatives: 2 } },
  ...Object.keys(plugin.losses ?? {}).flatMap((name) => [
    { target: 'rating', loss: { type: typeOf(plugin, name) } },
    { loss: { type: typeOf(plugin, name) } },
  ]),
]

/** Documents that a solver may be able to train: factors with and without biases, the plugin's matrices of items. */
export function* trainableDocuments(plugin: Plugin, solver: Params): Generator<Document> {
  const matrices = Object.entries(plugin.layers ?? {}).flatMap(([name, layer]) =>
    !isMacro(layer) && layer.matrix ? [typeOf(plugin, name)] : [],
  )
  const graphs: readonly Document[] = [
    factors,
    {
      ...factors,
      embeddings: { ...factors.embeddings, b: { input: 'item', dim: 1, l2: 0.01 } },
      ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'b'] } },
    },
    ...matrices.flatMap((type) =>
      [{}, { l2: 1 }].map((params) => ({
        inputs: { seen: { type: 'history', entity: 'user' }, item: ids.item },
        ops: { score: { type, inputs: ['seen', 'item'], ...params } },
      })),
    ),
  ]
  for (const graph of graphs)
    for (const head of heads(plugin)) yield { ...graph, heads: { kit: { inputs: ['score'], ...head } }, solver }
}
