import { key, uniform } from '@recspec/kernels'
import { blame, isSentence, type OperatorUse } from '../blame.js'
import type { Interactions } from '../contract/input.js'
import { Failure } from '../failure.js'
import { unknownShare } from '../graph/dropout.js'
import type { EmbeddingNode, InputNode } from '../graph/graph.js'
import type { Axis, Lookup } from './batch.js'
import { checkRows } from './checkrows.js'
import type { EncodedInput, LearnedInput } from './encode.js'
import type { History } from './history.js'
import { nameKey } from './initialize.js'

/** Random key of dropout in training; absent when serving, which has no dropout. */
export interface DropoutKey {
  readonly key: number
}

interface RaggedRows {
  readonly start: Int32Array
  readonly rows: Int32Array
  readonly weights?: Float32Array | undefined
  /** Rows of each entry before dropout, the divisor of a mean. */
  readonly lengths?: ArrayLike<number>
}

/**
 * Positions of the entities of an axis in an encoded input; dropout makes some of them unknown, the same ones wherever
 * a step reads the input.
 */
export const positionsOf = (input: InputNode, { entities }: Axis, dropoutKey?: DropoutKey): Int32Array => {
  const share = dropoutKey ? unknownShare(input) : 0
  const out = new Int32Array(entities.length)
  const random = share > 0 ? key(dropoutKey!.key, nameKey(input.name)) : 0
  for (let k = 0; k < out.length; k++)
    out[k] = share > 0 && uniform(random, entities[k]! + 1) < share ? 0 : entities[k]! + 1
  return out
}

/** The rows of entries of an encoded input (entry 0 is unknown). */
const rowsOfEntries = (encoded: EncodedInput, entries: Int32Array): RaggedRows => {
  const { start, rows, weights } = encoded as Required<EncodedInput>
  const from = new Int32Array(entries.length + 1)
  for (let k = 0; k < entries.length; k++) from[k + 1] = from[k]! + start[entries[k]! + 1]! - start[entries[k]!]!
  const out = new Int32Array(from[entries.length]!)
  const scale = weights ? new Float32Array(out.length) : undefined
  // copies numbers: most entries have one row, and a subarray would cost more than the copy
  for (let k = 0, to = 0; k < entries.length; k++) {
    const end = start[entries[k]! + 1]!
    for (let place = start[entries[k]!]!; place < end; place++, to++) {
      out[to] = rows[place]!
      if (scale) scale[to] = weights[place]!
    }
  }
  return { start: from, rows: out, weights: scale }
}

/** Histories as the source of rows. */
export type HistorySource = Extract<RowSource, { readonly use: OperatorUse }>

/** Encodes histories; an Error with a sentence thrown by the input is a Failure of the data. */
const encodeHistories = (source: HistorySource, axis: Axis, dropoutKey?: DropoutKey): RaggedRows => {
  try {
    return historyRows(source, axis, dropoutKey)
  } catch (error) {
    if (isSentence(error)) throw new Failure('data', `input "${source.input.node.name}": ${error.message}`)
    throw blame(source.use, error)
  }
}

/** The rows that an interactions input encodes for every entry of an axis. */
const historyRows = (
  { input, use, history, values }: HistorySource,
  axis: Axis,
  dropoutKey?: DropoutKey,
): RaggedRows => {
  const { definition, params, name } = input.node
  const { before, dropout } = definition.window!(params)
  const start = new Int32Array(axis.entities.length + 1)
  const lengths = new Int32Array(axis.entities.length)
  const lists: { rows: ArrayLike<number>; weights?: ArrayLike<number> | undefined }[] = []
  for (let k = 0; k < axis.entities.length; k++) {
    const seen = visibleInteractions(history, values, axis.entities[k]!, axis.events?.[k] ?? -1, before)
    const encoded = definition.encode(params, input.state, seen)
    const list = { rows: checkRows(use, encoded, input.node.shape, input.height), weights: encoded.values }
    lengths[k] = list.rows.length
    lists.push(dropoutKey && dropout > 0 ? withDropout(list, dropout, key(dropoutKey.key, k, nameKey(name))) : list)
    start[k + 1] = start[k]! + lists[k]!.rows.length
  }
  const rows = new Int32Array(start[lists.length]!)
  const weights = new Float32Array(rows.length).fill(1)
  lists.forEach((list, k) => {
    rows.set(list.rows, start[k]!)
    if (list.weights) weights.set(list.weights, start[k]!)
  })
  return { start, rows, weights, lengths }
}

const visibleInteractions = (
  history: History,
  values: ArrayLike<number> | undefined,
  entity: number,
  event: number,
  before: boolean,
): Interactions => {
  if (entity < 0) return { entities: [] }
  const from = history.start[entity]!
  const to = history.start[entity + 1]!
  const own = event < 0 ? -1 : history.place[event]!
  const entities: number[] = []
  const visibleValues: number[] = []
  for (let place = from; place < to; place++) {
    if (place === own) {
      if (before) break
      continue
    }
    entities.push(history.other[place]!)
    if (values) visibleValues.push(values[history.event[place]!]!)
  }
  return values ? { entities, values: visibleValues } : { entities }
}

const withDropout = (
  list: { rows: ArrayLike<number>; weights?: ArrayLike<number> | undefined },
  share: number,
  random: number,
) => {
  const rows: number[] = []
  const weights: number[] = []
  for (let k = 0; k < list.rows.length; k++) {
    if (uniform(random, k) < share) continue
    rows.push(list.rows[k]!)
    weights.push((list.weights?.[k] ?? 1) / (1 - share))
  }
  return { rows, weights }
}

/** The source of the rows of an embedding: an encoded input, or histories with the values of a column. */
export type RowSource =
  | { readonly input: LearnedInput; readonly history?: never }
  | {
      readonly input: LearnedInput
      readonly use: OperatorUse
      readonly history: History
      readonly values: ArrayLike<number> | undefined
    }

/** The lookup of an embedding for the entries of an axis. */
export const lookupOf = (node: EmbeddingNode, source: RowSource, axis: Axis, dropoutKey?: DropoutKey): Lookup => {
  const found = source.history
    ? encodeHistories(source, axis, dropoutKey)
    : rowsOfEntries(source.input.encoded!, positionsOf(source.input.node, axis, dropoutKey))
  if (node.combine) return { of: 'bag', start: found.start, rows: found.rows, weights: bagWeights(found, node.combine) }
  return node.masked ? sequence(found, node) : { of: 'one', rows: found.rows }
}

const bagWeights = ({ start, rows, weights, lengths }: RaggedRows, combine: 'mean' | 'sum'): Float32Array => {
  const out = weights?.slice() ?? new Float32Array(rows.length).fill(1)
  if (combine === 'mean')
    for (let k = 0; k + 1 < start.length; k++) {
      const length = lengths?.[k] ?? start[k + 1]! - start[k]!
      for (let place = start[k]!; place < start[k + 1]!; place++) out[place]! /= length
    }
  return out
}

/** Rows padded with row 0 to the longest length, and their mask: 1 where a sequence has an entry, 0 for padding. */
const sequence = ({ start, rows }: RaggedRows, node: EmbeddingNode): Lookup => {
  const count = start.length - 1
  const [declared] = node.shape
  let length = typeof declared === 'number' ? declared : 1
  if (typeof declared !== 'number') for (let k = 0; k < count; k++) length = Math.max(length, start[k + 1]! - start[k]!)
  const out = new Int32Array(count * length)
  const mask = new Float32Array(count * length)
  for (let k = 0; k < count; k++) {
    const list = rows.subarray(start[k]!, Math.min(start[k + 1]!, start[k]! + length))
    out.set(list, k * length)
    mask.fill(1, k * length, k * length + list.length)
  }
  return { of: 'sequence', rows: out, length, mask }
}
