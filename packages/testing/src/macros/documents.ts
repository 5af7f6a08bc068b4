import type { Macro } from '@recspec/core'
import { type Document, descent, ids, ratings } from '../documents.js'
import type { Params } from '../settings.js'

/** What stands at ports: ids, histories and titles at ports of rows, vectors and sequences at others. */
const arrangements = [
  { rows: ['user', 'item'], nodes: ['p', 'q'] },
  { rows: ['seen', 'item'], nodes: ['h', 'h2'] },
  { rows: ['genre', 'user'], nodes: ['p', 'h'] },
] as const

const sources = {
  inputs: {
    ...ids,
    seen: { type: 'history', entity: 'user' },
    genre: { type: 'categories', entity: 'item', column: 'genres', separator: '|' },
  },
  embeddings: {
    p: { input: 'user', dim: 4 },
    q: { input: 'item', dim: 4 },
    h: { input: 'seen', dim: 4 },
    h2: { input: 'seen', dim: 4 },
  },
} as const

/** Documents with an op of a macro: its output is a score, a vector or a sequence. */
export function* macroDocuments(macro: Macro, entry: Params): Generator<Document> {
  const ports = Object.entries(macro.inputs)
  for (const { rows, nodes } of arrangements) {
    let [row, node] = [0, 0]
    const inputs = ports.flatMap(([, kind]) => {
      if (kind === 'rows') return [rows[row++ % 2]!]
      const count = kind === 'many' || kind === 'joined' ? 2 : 1
      return Array.from({ length: count }, () => nodes[node++ % 2]!)
    })
    const ends = [
      { ops: {}, last: 'op' },
      { ops: { score: { type: 'dense', inputs: ['op'], units: 1 } }, last: 'score' },
      {
        ops: {
          pooled: { type: 'pool', inputs: ['op'], by: ['mean'] },
          score: { type: 'dense', inputs: ['pooled'], units: 1 },
        },
        last: 'score',
      },
    ]
    for (const { ops, last } of ends) {
      const read = new Set<string>(inputs)
      const embeddings = Object.fromEntries(Object.entries(sources.embeddings).filter(([name]) => read.has(name)))
      for (const { input } of Object.values(embeddings)) read.add(input)
      yield {
        inputs: Object.fromEntries(Object.entries(sources.inputs).filter(([name]) => read.has(name))),
        embeddings,
        ops: { op: { ...entry, inputs }, ...ops },
        heads: { rating: { ...ratings.rating, inputs: [last] } },
        solver: descent,
      }
    }
  }
}
