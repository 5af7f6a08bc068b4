import { Failure } from '../../failure.js'
import { nodesBelow } from '../../graph/below.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { Model } from '../model.js'
import { excludedRows, inTargetScale, ranked, rankingOf, topRanked } from '../ranking/index.js'
import { vectorsOf } from '../ranking/vectors.js'
import { readsHistory, withNewEntity } from './history.js'
import { linearize } from './linearize.js'
import { type Cell, cellsOf, foldInSolver, lossValue, rowOf } from './solve.js'

/** Answers computed from interactions: fold-in and recommendations for new users, and explanations for known ones. */
export const foldInAnswers = (programs: readonly LoweredProgram[]): Pick<Model, 'foldIn' | 'recommendFor' | 'why'> => {
  const [program] = programs as [LoweredProgram]
  const { graph, dataset, kernels } = program
  const counts = { user: dataset.users.ids.count, item: dataset.items.ids.count }

  const prepared = new Map<'user' | 'item', ReturnType<typeof prepare>>()
  const prepare = (side: 'user' | 'item', entity = -1) => {
    if (programs.length > 1)
      throw new Failure(
        'query',
        'needs a model without samples, this one averages several',
        'train it with a solver that does not sample',
      )
    const head = rankingOf(graph)
    const linear = linearize(program, head, side, entity)
    return { head, linear, fold: foldInSolver(graph, head, linear) }
  }
  const side = (of: 'user' | 'item') => {
    const found = prepared.get(of) ?? prepare(of)
    prepared.set(of, found)
    return found
  }

  const check = (of: 'user' | 'item', interactions: Parameters<Model['foldIn']>[1]) => {
    const other = of === 'user' ? 'item' : 'user'
    if (interactions.length === 0) throw new Failure('query', 'needs at least one interaction')
    for (const { index, value = 0 } of interactions)
      if (!(Number.isInteger(index) && index >= 0 && index < counts[other] && Number.isFinite(value)))
        throw new Failure('query', `invalid interaction: ${other} ${index}, value ${value}`)
  }
  const readsOwnHistory = (of: 'user' | 'item') => readsHistory(program, nodesBelow(graph, rankingOf(graph)), of)
  const cells = (of: 'user' | 'item', interactions: Parameters<Model['foldIn']>[1]): readonly Cell[] => {
    const { head } = side(of)
    return cellsOf(
      head,
      interactions.map((one) => ({ index: one.index, value: lossValue(head, one) })),
    )
  }

  /** Scores of all items for a new user with these interactions. */
  const scores = (interactions: Parameters<Model['foldIn']>[1]): Float32Array => {
    if (readsOwnHistory('user')) {
      const items = Int32Array.from({ length: counts.item }, (_, item) => item)
      const users = new Int32Array(counts.item)
      const head = rankingOf(graph).inputs[0]!
      const found = programs.map((one) => withNewEntity(one, 'user', interactions).scores(head, users, items))
      return found[0]!.map((_, item) => found.reduce((sum, values) => sum + values[item]!, 0) / found.length)
    }
    const { linear, fold } = side('user')
    const { vector } = fold(cells('user', interactions))
    return Float32Array.from(
      { length: linear.count },
      (_, j) => linear.rest[j]! + product(vector, rowOf(linear.features, j, linear.width)),
    )
  }

  return {
    foldIn: (of, interactions) => {
      check(of, interactions)
      if (!readsOwnHistory(of)) return Float32Array.from(side(of).fold(cells(of, interactions)).vector)
      const found = vectorsOf(
        programs.map((one) => withNewEntity(one, of, interactions)),
        rankingOf(graph),
      )
      if ('obstacle' in found)
        throw new Failure('query', `needs a score that is bilinear in user and item vectors: ${found.obstacle}`)
      return found[of].slice(found.width, found.width + found.shared)
    },

    recommendFor: async (interactions, k, seen = false) => {
      check('user', interactions)
      const skip = excludedRows(seen ? [] : interactions.map(({ index }) => index))
      const found = await topRanked(kernels, dataset.items, Float32Array.of(1), scores(interactions), k, skip)
      return inTargetScale(found, rankingOf(graph))
    },

    why: (user, item) => {
      const { head, linear, fold } = side('user').linear.personal ? prepare('user', user) : side('user')
      const { start, other, event } = program.history('user')
      const target = program.target(head)
      const interactionsOfUser = Array.from(other.subarray(start[user], start[user + 1]), (index, place) => ({
        index,
        value: target ? target[event[start[user]! + place]!]! : 1,
      }))
      const solved = fold(cellsOf(head, interactionsOfUser))
      const features = rowOf(linear.features, item, linear.width)
      const parts = solved.parts(features)
      const besides = linear.rests.map(({ name, values }) => ({ name, score: values[item]! }))
      if (parts.unobserved !== 0) besides.push({ name: 'cells not observed', score: parts.unobserved })
      return {
        score: linear.rest[item]! + product(solved.vector, features),
        stored: program.scores(head.inputs[0]!, Int32Array.of(user), Int32Array.of(item))[0]!,
        because: solved.cells
          .map(({ index }, place) => ranked(dataset.items, index, parts.cells[place]!))
          .sort((a, b) => b.score - a.score || a.index - b.index),
        besides,
      }
    },
  }
}

const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, lane) => sum + value * b[lane]!, 0)
