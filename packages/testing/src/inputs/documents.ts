import type { Entity, Input } from '@recspec/core'
import { type Document, descent, ids, ratings } from '../documents.js'
import type { Params } from '../settings.js'

/** Columns of the kit's data by the entity that has them. */
const columnsOf = {
  item: { texts: ['title', 'genres', 'released', 'vector'], numbers: ['price'] },
  user: { texts: ['land'], numbers: ['age'] },
  event: { texts: ['mood'], numbers: ['plays', 'rating', 'time'] },
} as const

/** What the entry says of what it reads, the most usual first. */
const readings = (input: Input, entity: Entity, columns: readonly string[] | undefined): readonly Params[] => {
  const { texts, numbers } = columnsOf[entity]
  const known = input.numeric ? numbers : [...texts, ...numbers]
  switch (input.reads) {
    case 'column':
      return (columns ?? known).map((column) => ({ column }))
    case 'columns':
      return columns ? [{ columns }] : counts(input, known).map((count) => ({ columns: known.slice(0, count) }))
    case 'vector':
      return [{ vectors: entity === 'user' ? 'users' : 'items' }]
    default:
      return [{}]
  }
}

const counts = ({ columns: { least, most } = { least: 1 } }: Input, known: readonly string[]): readonly number[] =>
  [2, least, most ?? 3].filter((count) => count >= least && count <= (most ?? count) && count <= known.length)

/** Documents in which an input `x` is read beside the ids, entity by entity and column by column. */
export function* inputDocuments(
  input: Input,
  entry: Params,
  entities: readonly Entity[],
  columns?: readonly string[],
): Generator<Document> {
  for (const entity of ['item', 'user', 'event'] as const) {
    if (!entities.includes(entity)) continue
    for (const reading of readings(input, entity, columns)) {
      const inputs = { ...ids, x: { ...entry, entity, ...reading } }
      const parts = (more: Params, ops: Params): Document => ({
        inputs,
        embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 }, ...more },
        ops: {
          ...ops,
          score: { type: 'dense', inputs: ['p', 'q', ...Object.keys({ ...more, ...ops }).slice(-1)], units: 1 },
        },
        heads: ratings,
        solver: descent,
      })
      if (input.gives === 'rows') {
        yield parts({ e: { input: 'x', dim: 2 } }, {})
        yield parts({ e: { input: 'x', dim: 2, combine: 'sum' } }, {})
      } else {
        const own = parts({}, {})
        yield { ...own, ops: { score: { type: 'dense', inputs: ['p', 'q', 'x'], units: 1 } } }
        yield parts({}, { pooled: { type: 'pool', inputs: ['x'], by: ['mean'] } })
      }
    }
  }
}
