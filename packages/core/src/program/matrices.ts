import type { Sparse } from '@recspec/kernels'
import { ArtifactError } from '../artifact/error.js'
import { callRefusing, isSentence, opUse } from '../blame.js'
import type { ItemMatrix, MatrixArrays, MatrixContext } from '../contract/matrix.js'
import { Failure } from '../failure.js'
import type { Graph } from '../graph/graph.js'
import type { MatrixNode } from '../graph/matrix.js'
import type { Axis, Batch } from './batch.js'
import { encodeHistories, type HistorySource } from './lookup.js'
import type { LowerOptions } from './lower.js'
import type { LoweredProgram } from './lowered.js'

/** The matrices of a program: those of another program, or opened from stored arrays, or none yet. */
export const matricesOf = (
  graph: Graph,
  context: MatrixContext,
  { shares, restored }: Pick<LowerOptions, 'shares' | 'restored'>,
): Pick<LoweredProgram, 'matrix' | 'setMatrix'> => {
  const matrices = new Map<string, ItemMatrix>()
  for (const name of shares ? graph.nodes.keys() : []) {
    const shared = shares!.matrix(name)
    if (shared) matrices.set(name, shared)
  }
  const setMatrix = (name: string, arrays: MatrixArrays): ItemMatrix => {
    const node = graph.nodes.get(name) as MatrixNode
    const made = callRefusing(opUse(graph, node), () => node.definition.matrix!(node.params, arrays, context))
    matrices.set(name, made)
    return made
  }
  for (const [name, arrays] of restored?.matrices ?? [])
    try {
      setMatrix(name, arrays)
    } catch (error) {
      if (!isSentence(error)) throw error
      throw new ArtifactError('weight', `matrix of "${name}": ${error.message}`)
    }
  return { matrix: (node) => matrices.get(node), setMatrix }
}

/** The arrays of the matrices that are computed, by op; nothing changes them. */
export const computedMatrices = ({
  graph,
  matrix,
}: Pick<LoweredProgram, 'graph' | 'matrix'>): ReadonlyMap<string, MatrixArrays> =>
  new Map(
    [...graph.nodes.keys()].flatMap((name): [string, MatrixArrays][] => {
      const found = matrix(name)
      return found ? [[name, found.arrays]] : []
    }),
  )

/** Numbers of the scores of lists that are computed at once, at most. */
const MOST_NUMBERS = 2 ** 22

/**
 * The histories of the entries of an axis as lists of items from 0, ascending, each item once with its total weight.
 */
const historyLists = (source: HistorySource, axis: Axis): Sparse => {
  const { start: from, rows, weights } = encodeHistories(source, axis)
  const start = new Int32Array(from.length)
  const index = new Int32Array(rows.length)
  const values = new Float32Array(rows.length)
  let count = 0
  for (let entry = 0; entry + 1 < from.length; entry++) {
    const places = Int32Array.from({ length: from[entry + 1]! - from[entry]! }, (_, k) => from[entry]! + k)
    places.sort((a, b) => rows[a]! - rows[b]! || a - b)
    for (const place of places) {
      const item = rows[place]! - 1
      const weight = weights?.[place] ?? 1
      if (count > start[entry]! && index[count - 1] === item) values[count - 1]! += weight
      else {
        index[count] = item
        values[count++] = weight
      }
    }
    start[entry + 1] = count
  }
  const own = values.subarray(0, count)
  return { start, index: index.subarray(0, count), ...(own.every((value) => value === 1) ? {} : { values: own }) }
}

const sourceOf = (program: LoweredProgram, { reads }: MatrixNode): HistorySource =>
  program.source({ input: reads.history }, new Map()) as HistorySource

/** The histories of the entries of an axis as an op with a matrix reads them, without dropout. */
export const listsOf = (program: LoweredProgram, node: MatrixNode, axis: Axis): Sparse =>
  historyLists(sourceOf(program, node), axis)

/** The history of every user as an op with a matrix reads it, without dropout. */
export const userLists = (program: LoweredProgram, node: MatrixNode): Sparse =>
  listsOf(program, node, {
    entities: Int32Array.from({ length: program.dataset.users.ids.count }, (_, user) => user),
  })

/** Scores of all items for the entries of an axis, block by block: [entries of the block, items]. */
export function* scoresByEntry(
  program: LoweredProgram,
  node: MatrixNode,
  { entities, events }: Axis,
): Generator<{ readonly from: number; readonly to: number; readonly scores: Float32Array }> {
  const matrix = matrixOf(program, node)
  const source = sourceOf(program, node)
  const atOnce = Math.max(1, Math.min(1024, Math.floor(MOST_NUMBERS / Math.max(1, program.dataset.items.ids.count))))
  for (let from = 0; from < entities.length; from += atOnce) {
    const to = Math.min(entities.length, from + atOnce)
    const lists = historyLists(source, {
      entities: entities.subarray(from, to),
      ...(events ? { events: events.subarray(from, to) } : {}),
    })
    yield { from, to, scores: matrix.scores(lists) }
  }
}

/** The values of an op with a matrix for the pairs of a batch, 0 for an unknown item: [pairs]. */
export const matrixScores = (program: LoweredProgram, node: MatrixNode, batch: Batch): Float32Array => {
  const items = program.dataset.items.ids.count
  const columns = batch.columns?.length ?? batch.items.entities.length
  const userAt = (pair: number) => (batch.grid ? Math.floor(pair / columns) : batch.user[pair]!)
  const itemAt = (pair: number) => {
    const entry = batch.grid ? (batch.columns?.[pair % columns] ?? pair % columns) : batch.item[pair]!
    return batch.items.entities[entry]!
  }
  // entries that are the same user with the same history are scored once
  const { entities, events } = batch.users
  const slots = new Map<number, number>()
  const first: number[] = []
  const slotOf = Int32Array.from(entities, (entity, entry) => {
    const key = (entity + 1) * 2 ** 31 + (events?.[entry] ?? -1) + 1
    const found = slots.get(key)
    if (found !== undefined) return found
    slots.set(key, first.length)
    return first.push(entry) - 1
  })
  const pairsOf: number[][] = first.map(() => [])
  for (let pair = 0; pair < batch.pairs; pair++) pairsOf[slotOf[userAt(pair)]!]!.push(pair)
  const axis = {
    entities: Int32Array.from(first, (entry) => entities[entry]!),
    ...(events ? { events: Int32Array.from(first, (entry) => events[entry]!) } : {}),
  }
  const out = new Float32Array(batch.pairs)
  for (const { from, to, scores } of scoresByEntry(program, node, axis))
    for (let slot = from; slot < to; slot++)
      for (const pair of pairsOf[slot]!) {
        const item = itemAt(pair)
        out[pair] = item < 0 ? 0 : scores[(slot - from) * items + item]!
      }
  return out
}

/** The matrix of an op; a Failure where no solver has computed it. */
export const matrixOf = (program: LoweredProgram, { name }: MatrixNode): ItemMatrix => {
  const found = program.matrix(name)
  if (found) return found
  throw new Failure(
    'query',
    `the matrix of "${name}" is not computed: training stopped before its solver was done`,
    'resume the training: recspec train --resume',
  )
}
