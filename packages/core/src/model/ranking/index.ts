import type { Kernels, Sparse } from '@recspec/kernels'
import { cell } from '../../dataset/column.js'
import type { Entities, Events } from '../../dataset/dataset.js'
import { sparse } from '../../dataset/sparse.js'
import { Failure } from '../../failure.js'
import type { Graph, Head } from '../../graph/graph.js'
import { widthOf } from '../../program/inference.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { Everyone, Model, Nearness, QueryTerm, Ranked, RecommendAllOptions, SideVectors } from '../model.js'
import { elementwiseMean } from '../posterior.js'
import { recommendEveryone } from './everyone.js'
import { knownEntities } from './known.js'
import { matrixRow, scoringMatrix } from './matrix.js'
import { pairScorer, recommendedScore } from './scorer.js'
import { productVectors, type Vectors, vectorsOf } from './vectors.js'

/** The answers of a trained program: recommendations, neighbors, vector sums. */
export interface Answers
  extends Pick<Model, 'recommend' | 'recommendAll' | 'everyone' | 'similar' | 'query' | 'vectors'> {
  /** The entities that are nearest to a vector of the same side. */
  nearest(vector: Float32Array, side: 'user' | 'item', k: number, by: Nearness): Promise<readonly Ranked[]>
}

/** An entity as an answer. */
export const ranked = (entities: Entities, index: number, score: number): Ranked => {
  const column = entities.nameColumn === undefined ? undefined : entities.columns.get(entities.nameColumn)
  const name = column && cell(column, index)
  return { index, id: entities.ids.at(index), ...(name === undefined ? {} : { name: String(name) }), score }
}

/** Excluded rows of one query, ascending. */
export const excludedRows = (rows: readonly number[] | Int32Array): Sparse => {
  const index = Int32Array.from(new Set(rows)).sort()
  return { start: Int32Array.of(0, index.length), index }
}

/** Items that are not among some, of `count`. */
export const notAmong = (among: Int32Array | undefined, count: number): Int32Array => {
  if (!among) return new Int32Array(0)
  const listed = new Set(among)
  return Int32Array.from({ length: count }, (_, item) => item).filter((item) => !listed.has(item))
}

/** The head that ranks, or a Failure. */
export const rankingOf = ({ ranking }: Graph): Head => {
  if (!ranking) throw new Failure('query', 'no head ranks items', 'give a head that reads an item')
  return ranking
}

/** Number of answers for `k`: at most the number of entities. Throws where `k` is not a positive integer. */
const countOf = (k: number, entities: number): number => {
  if (!(Number.isSafeInteger(k) && k > 0))
    throw new Failure('query', `invalid count ${k}`, 'ask for a positive whole number of answers')
  return Math.min(k, entities)
}

/** The best rows of `values` for one query vector. */
export const topRanked = async (
  kernels: Kernels,
  entities: Entities,
  query: Float32Array,
  values: Float32Array,
  k: number,
  skip: Sparse,
  plus = 0,
): Promise<readonly Ranked[]> => {
  const most = countOf(k, entities.ids.count)
  if (most === 0) return []
  const found = await kernels.topK(query, values, query.length, most, skip)
  return Array.from(found.rows)
    .map((row, place) => ({ row, score: found.scores[place]! }))
    .filter(({ row }) => row >= 0)
    .map(({ row, score }) => ranked(entities, row, score + plus))
}

/** The answers of `recommend` with scores in the scale of the head's target, in the same order. */
export const inTargetScale = (answers: readonly Ranked[], head: Head): readonly Ranked[] => {
  const scoreOf = recommendedScore(head)
  return answers.map((one) => ({ ...one, score: scoreOf(one.score) }))
}

/**
 * Answers of a trained program, or of its samples; `events` are the known events of users, undefined where the model
 * was saved without them.
 */
export const rankingAnswers = (programs: readonly LoweredProgram[], events: Events | undefined): Answers => {
  const [{ graph, dataset, kernels }] = programs as [LoweredProgram]
  const counts = { users: dataset.users.ids.count, items: dataset.items.ids.count }
  const seen = events && sparse(events, 'user', counts)
  const seenBy = (user: number) => {
    if (!seen)
      throw new Failure(
        'query',
        'the model was saved without the training interactions ("compact"): it cannot exclude the items of a user',
        'ask with "seen" (recspec recommend --seen), or save the model without "compact"',
      )
    return seen.index.subarray(seen.start[user], seen.start[user + 1])
  }

  const head = () => rankingOf(graph)
  let cached: Vectors | { readonly obstacle: string } | undefined
  const factored = (): Vectors | undefined => {
    cached ??= vectorsOf(programs, head())
    return 'obstacle' in cached ? undefined : cached
  }
  const vectors = (): Vectors => {
    const found = factored()
    if (!found) {
      const { obstacle } = cached as { obstacle: string }
      throw new Failure(
        'query',
        `needs a score that is bilinear in user and item vectors: ${obstacle}`,
        '"recommend" answers for any score',
      )
    }
    return found
  }
  const entitiesOf = (side: 'user' | 'item') => (side === 'user' ? dataset.users : dataset.items)

  /** The best rows of `values` for one query vector. */
  const best = (query: Float32Array, values: Float32Array, side: 'user' | 'item', k: number, skip: Sparse, plus = 0) =>
    topRanked(kernels, entitiesOf(side), query, values, k, skip, plus)

  /** The values of a node of one side, unknown left out; throws where it is none or has no vectors. */
  const valuesOf = (side: 'user' | 'item', name: string): Pick<SideVectors, 'values' | 'width'> => {
    const vectorsOfSide = [...graph.nodes.values()].filter((node) => node.side === side && !node.masked)
    const node = vectorsOfSide.find((one) => one.name === name)
    if (!node)
      throw new Failure(
        'query',
        `"${name}" gives no vector of ${side}s`,
        `${side}s have the vectors ${vectorsOfSide.map((one) => `"${one.name}"`).join(', ') || 'of none'}`,
      )
    const width = widthOf(node)
    return { values: elementwiseMean(programs.map((one) => one.sideValues(name))).slice(width), width }
  }

  /** The entities of a side that are nearest to a vector. */
  const nearest = async (query: Float32Array, side: 'user' | 'item', k: number, by: Nearness, skip: Sparse) =>
    nearestIn(productVectors(vectors()[side], vectors()), query, side, k, by, skip)

  /** Euclidean distance: rows are ranked by 2·q·v − ‖v‖², a dot product with one more lane, then converted. */
  const nearestIn = async (
    vectorsOfSide: Float32Array,
    query: Float32Array,
    side: 'user' | 'item',
    k: number,
    by: Nearness,
    skip: Sparse,
  ) => {
    const values = by === 'cosine' ? rowsNormalized(vectorsOfSide, query.length) : vectorsOfSide
    const nearness: Readonly<Record<Nearness, () => Promise<readonly Ranked[]>>> = {
      dot: () => best(query, values, side, k, skip),
      cosine: () => best(l2Normalized(query), values, side, k, skip),
      euclidean: async () => {
        const width = query.length
        const extended = new Float32Array((values.length / width) * (width + 1))
        for (let row = 0; row * width < values.length; row++) {
          const own = values.subarray(row * width, (row + 1) * width)
          extended.set(own, row * (width + 1))
          extended[row * (width + 1) + width] = own.reduce((sum, value) => sum + value * value, 0)
        }
        const extendedQuery = Float32Array.of(...query.map((value) => 2 * value), -1)
        const own = query.reduce((sum, value) => sum + value * value, 0)
        const found = await best(extendedQuery, extended, side, k, skip)
        return found.map((one) => ({ ...one, score: -Math.sqrt(Math.max(0, own - one.score)) }))
      },
    }
    return nearness[by]()
  }

  const sharedOf = ({ entity, index }: Pick<QueryTerm, 'entity' | 'index'>): Float32Array => {
    const { width, shared, [entity]: values } = vectors()
    return values.slice((index + 1) * width, (index + 1) * width + shared)
  }

  const known = { user: knownEntities(programs[0]!, head, 'user'), item: knownEntities(programs[0]!, head, 'item') }
  /** Throws for an unknown entity, and for one of which the model knows nothing: its answers would be everybody's. */
  const check = (side: 'user' | 'item', index: number) => {
    rankingOf(graph)
    const { ids } = entitiesOf(side)
    if (!(Number.isInteger(index) && index >= 0 && index < ids.count))
      throw new Failure('query', `unknown ${side} ${index}`, `the model has the ${side}s 0 to ${ids.count - 1}`)
    if (!known[side](index))
      throw new Failure(
        'query',
        `the model knows nothing of ${side} "${ids.at(index)}": no training events, and no columns that it reads`,
        'describe it by columns or interactions: recommendFor and similarTo, or --with and --history',
      )
  }

  const everyone = (k: number, { seen: includeSeen = false, among }: RecommendAllOptions = {}): Everyone => {
    head()
    if (!includeSeen) seenBy(0)
    const all = Int32Array.from({ length: dataset.items.ids.count }, (_, item) => item)
    return {
      users: Int32Array.from({ length: dataset.users.ids.count }, (_, user) => user).filter(known.user),
      k: countOf(k, dataset.items.ids.count),
      items: among ? Int32Array.from(new Set(among)).sort() : all,
      skip: includeSeen ? undefined : seen,
    }
  }

  return {
    recommend: async (user, k, includeSeen = false, among) => {
      check('user', user)
      const others = notAmong(among, dataset.items.ids.count)
      const skip = excludedRows(includeSeen ? others : [...others, ...seenBy(user)])
      const found = factored()
      const ranking = async () => {
        if (found) {
          const query = found.user.slice((user + 1) * found.width, (user + 2) * found.width)
          return best(query, found.item.subarray(found.width), 'item', k, skip, found.constant)
        }
        const items = Int32Array.from({ length: dataset.items.ids.count }, (_, item) => item)
        const scores = pairScorer(programs, head())(new Int32Array(items.length).fill(user), items)
        return best(Float32Array.of(1), scores, 'item', k, skip)
      }
      return inTargetScale(await ranking(), head())
    },

    everyone,
    recommendAll: (k, options) => recommendEveryone(programs, head(), factored(), everyone(k, options)),

    vectors: (side, table) => {
      if (table !== undefined) {
        const found = valuesOf(side, table)
        return { ...found, constant: 0, shared: found.width }
      }
      const { [side]: values, width, constant, shared } = vectors()
      return { values: values.slice(width), width, constant, shared }
    },

    similar: async (entity, index, k, by, table) => {
      if (table !== undefined) {
        check(entity, index)
        const { values, width } = valuesOf(entity, table)
        const query = values.slice(index * width, (index + 1) * width)
        return nearestIn(values, query, entity, k, by ?? 'cosine', excludedRows([index]))
      }
      const matrix = graph.ranking && scoringMatrix(programs[0]!, graph.ranking)
      if (matrix && entity === 'item') {
        check('item', index)
        if (by !== undefined && by !== 'dot')
          throw new Failure(
            'query',
            `the items of "${matrix.name}" are compared by its matrix, not by "${by}"`,
            'remove --by',
          )
        const row = matrixRow(programs[0]!, matrix, index)
        return best(Float32Array.of(1), row, 'item', k, excludedRows([index]))
      }
      const query = sharedOf({ entity, index })
      check(entity, index)
      return nearest(query, entity, k, by ?? 'cosine', excludedRows([index]))
    },

    nearest: (vector, side, k, by) => nearest(vector, side, k, by, excludedRows([])),

    query: (terms, k, of, by) => {
      const sides = new Set(terms.map(({ entity }) => entity))
      if (sides.size !== 1) throw new Failure('query', 'adds users to items', 'name users only, or items only')
      const [side] = [...sides] as ['user' | 'item']
      const all = vectors()
      const sum = (width: number, from: (index: number) => number, values: Float32Array) => {
        const out = new Float32Array(width)
        for (const { index, weight } of terms)
          for (let lane = 0; lane < width; lane++) out[lane]! += weight * values[from(index) + lane]!
        return out
      }
      if (side === of) {
        const named = excludedRows(terms.map(({ index }) => index))
        const query = sum(all.shared, (index) => (index + 1) * all.width, all[side])
        return nearest(query, of, k, by ?? 'cosine', named)
      }
      if (by !== undefined && by !== 'dot')
        throw new Failure(
          'query',
          `users and items are compared by their product, not by "${by}"`,
          'remove --by, or query the same side',
        )
      // lanes that are constant 1 (they face biases of the other side) stay 1, independent of the number of terms
      const query = sum(all.width, (index) => (index + 1) * all.width, all[side])
      const others = all[of].subarray(all.width)
      for (let lane = all.shared; lane < all.width; lane++) if (all[side][lane] === 1) query[lane] = 1
      return best(query, others, of, k, excludedRows([]), all.constant)
    },
  }
}

const l2Normalized = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return length > 0 ? vector.map((value) => value / length) : vector
}

/** Rows of vectors, L2-normalized; rows of zeros stay. */
const rowsNormalized = (values: Float32Array, width: number): Float32Array => {
  const out = new Float32Array(values.length)
  for (let from = 0; from < values.length; from += width)
    out.set(l2Normalized(values.subarray(from, from + width)), from)
  return out
}
