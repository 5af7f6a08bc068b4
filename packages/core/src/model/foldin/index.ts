import { Failure } from '../../failure.js'
import { unknownShare } from '../../graph/dropout.js'
import { readsHistories } from '../../graph/rows.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { describedCells, describingColumns } from '../describe.js'
import type { Model, NewEntity } from '../model.js'
import { elementwiseMean } from '../posterior.js'
import { excludedRows, inTargetScale, notAmong, ranked, rankingOf, topRanked } from '../ranking/index.js'
import { matrixContributions, scoringMatrix } from '../ranking/matrix.js'
import { vectorsOf } from '../ranking/vectors.js'
import { withNewEntity } from './history.js'
import { linearize } from './linearize.js'
import { cellsOf, foldInSolver, lossValue, rowOf } from './solve.js'

/** Answers for new users and items, from columns and interactions, and explanations for known ones. */
export interface FoldInAnswers extends Pick<Model, 'foldIn' | 'recommendFor' | 'why'> {
  /** The vector of a new entity among those that are compared. */
  vectorOf(of: 'user' | 'item', entity: NewEntity): Float32Array
}

/** The answers of a trained program, or of its samples. */
export const foldInAnswers = (programs: readonly LoweredProgram[]): FoldInAnswers => {
  const [program] = programs as [LoweredProgram]
  const { graph, dataset, kernels } = program
  const counts = { user: dataset.users.ids.count, item: dataset.items.ids.count }

  const prepared = new Map<'user' | 'item', ReturnType<typeof prepare>>()
  const prepare = (side: 'user' | 'item', entity = -1, of = program) => {
    if (programs.length > 1)
      throw new Failure(
        'query',
        'needs a model without samples, this one averages several',
        'train it with a solver that does not sample',
      )
    const head = rankingOf(graph)
    const linear = linearize(of, head, side, entity)
    return { head, linear, fold: foldInSolver(graph, head, linear) }
  }
  const side = (of: 'user' | 'item') => {
    const found = prepared.get(of) ?? prepare(of)
    prepared.set(of, found)
    return found
  }

  /** Checks a new entity; its cells and interactions. */
  const read = (of: 'user' | 'item', { columns, interactions }: NewEntity) => {
    const other = of === 'user' ? 'item' : 'user'
    if (columns === undefined && (interactions ?? []).length === 0)
      throw new Failure('query', 'needs columns or at least one interaction')
    if (columns !== undefined && interactions === undefined && !isDescribed(of))
      throw new Failure('query', `the model reads no columns of ${of}s`, 'give interactions')
    for (const { index, value = 0 } of interactions ?? [])
      if (!(Number.isInteger(index) && index >= 0 && index < counts[other] && Number.isFinite(value)))
        throw new Failure('query', `invalid interaction: ${other} ${index}, value ${value}`)
    return { cells: describedCells(graph, of, columns ?? {}), interactions: interactions ?? [] }
  }
  // row 0 is trained where ids drop out: then someone without columns has a row too
  const isDescribed = (of: 'user' | 'item') =>
    describingColumns(graph, of).length > 0 ||
    [...graph.inputs.values()].some((node) => node.entity === of && unknownShare(node) > 0)
  const readsOwnHistory = (of: 'user' | 'item') => readsHistories(graph, rankingOf(graph), of)
  /** Whether the entity is solved for: its interactions are read by id only. */
  const isSolved = (of: 'user' | 'item', { interactions = [] }: NewEntity) =>
    interactions.length > 0 && !readsOwnHistory(of)

  // the other side of a new entity is that of every entity: evaluated once
  const sideValues = programs.map((one) => {
    const known = new Map<string, Float32Array>()
    return (node: string): Float32Array => {
      const found = known.get(node) ?? one.sideValues(node)
      known.set(node, found)
      return found
    }
  })
  /** The programs with a new entity of a side, index 0, that reads what it is given. */
  const withNew = (of: 'user' | 'item', entity: NewEntity): readonly LoweredProgram[] => {
    const { cells, interactions } = read(of, entity)
    return programs.map((one, k) => withNewEntity(one, of, cells, interactions, sideValues[k]!))
  }

  /** The score of a new entity as a function of its vector, and the solution. */
  const solved = (of: 'user' | 'item', entity: NewEntity) => {
    const { cells, interactions } = read(of, entity)
    const { head, linear, fold } = cells.size === 0 ? side(of) : prepare(of, 0, withNew(of, entity)[0]!)
    const values = interactions.map((one) => ({ index: one.index, value: lossValue(head, one) }))
    return { linear, vector: fold(cellsOf(head, values)).vector }
  }

  /** Scores of all items for a new user. */
  const scores = (user: NewEntity): Float32Array => {
    if (!isSolved('user', user)) {
      const items = Int32Array.from({ length: counts.item }, (_, item) => item)
      const head = rankingOf(graph).inputs[0]!
      return elementwiseMean(withNew('user', user).map((one) => one.scores(head, new Int32Array(counts.item), items)))
    }
    const { linear, vector } = solved('user', user)
    return Float32Array.from(
      { length: linear.count },
      (_, j) => linear.rest[j]! + product(vector, rowOf(linear.features, j, linear.width)),
    )
  }

  /** The vector of a new entity by its columns and histories, in the lanes that both sides share. */
  const readVector = (of: 'user' | 'item', entity: NewEntity): Float32Array => {
    const found = vectorsOf(withNew(of, entity), rankingOf(graph))
    if ('obstacle' in found)
      throw new Failure('query', `needs a score that is bilinear in user and item vectors: ${found.obstacle}`)
    return found[of].slice(found.width, found.width + found.shared)
  }

  return {
    foldIn: (of, entity) =>
      isSolved(of, entity) ? Float32Array.from(solved(of, entity).vector) : readVector(of, entity),

    vectorOf: (of, entity) => {
      if (isSolved(of, entity))
        throw new Failure('query', `reads no history of ${of}s, got interactions`, 'describe it by columns')
      return readVector(of, entity)
    },

    recommendFor: async (user, k, seen = false, among) => {
      const values = scores(user)
      const own = seen ? [] : (user.interactions ?? []).map(({ index }) => index)
      const skip = excludedRows([...notAmong(among, counts.item), ...own])
      const found = await topRanked(kernels, dataset.items, Float32Array.of(1), values, k, skip)
      return inTargetScale(found, rankingOf(graph))
    },

    why: (user, item) => {
      const ranking = rankingOf(graph)
      const matrix = scoringMatrix(program, ranking)
      if (matrix) {
        const because = matrixContributions(program, matrix, user, item)
        const stored = program.scores(ranking.inputs[0]!, Int32Array.of(user), Int32Array.of(item))[0]!
        return {
          score: because.reduce((sum, { score }) => sum + score, 0),
          stored,
          because: because
            .map(({ index, score }) => ranked(dataset.items, index, score))
            .sort((a, b) => b.score - a.score || a.index - b.index),
          besides: [],
        }
      }
      const { head, linear, fold } = side('user').linear.personal ? prepare('user', user) : side('user')
      const { start, other, event } = program.history('user')
      const target = program.target(head)
      const interactionsOfUser = Array.from(other.subarray(start[user], start[user + 1]), (index, place) => ({
        index,
        value: target ? target[event[start[user]! + place]!]! : 1,
      }))
      const found = fold(cellsOf(head, interactionsOfUser))
      const features = rowOf(linear.features, item, linear.width)
      const parts = found.parts(features)
      const besides = linear.rests.map(({ name, values }) => ({ name, score: values[item]! }))
      if (parts.unobserved !== 0) besides.push({ name: 'cells not observed', score: parts.unobserved })
      return {
        score: linear.rest[item]! + product(found.vector, features),
        stored: program.scores(head.inputs[0]!, Int32Array.of(user), Int32Array.of(item))[0]!,
        because: found.cells
          .map(({ index }, place) => ranked(dataset.items, index, parts.cells[place]!))
          .sort((a, b) => b.score - a.score || a.index - b.index),
        besides,
      }
    },
  }
}

const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, lane) => sum + value * b[lane]!, 0)
