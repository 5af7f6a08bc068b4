import { key, normal, uniform } from '@recspec/kernels'
import { blame, isSentence, type OperatorUse } from '../blame.js'
import type { HistoryWindow, Interactions } from '../contract/input.js'
import type { Shape } from '../contract/shape.js'
import { Failure } from '../failure.js'
import { unknownShare } from '../graph/dropout.js'
import type { EmbeddingNode, InputNode } from '../graph/graph.js'
import { alongBag, alongSteps, type Steps } from './along.js'
import type { Axis, Lookup } from './batch.js'
import { checkRows } from './checkrows.js'
import type { EncodedInput, LearnedInput } from './encode.js'
import type { History } from './history.js'
import { nameKey } from './initialize.js'

/** Random key of dropout in training; absent when serving, which has no dropout. */
export interface DropoutKey {
  readonly key: number
}

/** Lists of rows with their weights. */
export interface RaggedRows {
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

/** The interactions of a history in the terms of an input's `encode`. */
export interface HistoryReads {
  /** For each place of the history what `encode` is given as its entity. */
  readonly entities: ArrayLike<number>
  readonly values?: ArrayLike<number> | undefined
  readonly times?: ArrayLike<number> | undefined
  /** The encoded input whose values are read; its entries are the rows that `encode` gives. */
  readonly along?: EncodedInput | undefined
}

/** Encodes histories; an Error with a sentence thrown by the input is a Failure of the data. */
export const encodeHistories = (source: HistorySource, axis: Axis, dropoutKey?: DropoutKey): RaggedRows => {
  try {
    return historyRows(source, axis, dropoutKey)
  } catch (error) {
    if (isSentence(error)) throw new Failure('data', `input "${source.input.node.name}": ${error.message}`)
    throw blame(source.use, error)
  }
}

/** The rows that an interactions input encodes for every entry of an axis. */
const historyRows = (
  { input, use, history, reads }: HistorySource,
  axis: Axis,
  dropoutKey?: DropoutKey,
): RaggedRows => {
  const { definition, params, name } = input.node
  const height = historyHeight(input, reads)
  const window = definition.window!(params)
  const { before, dropout, noise = 0, extremes = 0 } = window
  const isNoisy = dropoutKey !== undefined && (dropout > 0 || noise > 0 || extremes > 0)
  const start = new Int32Array(axis.entities.length + 1)
  const lengths = new Int32Array(axis.entities.length)
  const lists: RowList[] = []
  for (let k = 0; k < axis.entities.length; k++) {
    const seen = visibleInteractions(history, reads, axis.entities[k]!, axis.events?.[k] ?? -1, before)
    const encoded = definition.encode(params, input.state, seen)
    const list = { rows: checkRows(use, encoded, input.node.shape, height), weights: encoded.values }
    lengths[k] = list.rows.length
    lists.push(isNoisy ? withNoise(list, window, key(dropoutKey.key, k, nameKey(name))) : list)
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
  reads: HistoryReads,
  entity: number,
  event: number,
  before: boolean,
): Interactions => {
  if (entity < 0) return { entities: [] }
  const from = history.start[entity]!
  const to = history.start[entity + 1]!
  const own = event < 0 ? -1 : history.place[event]!
  if (own < from || own >= to) return allInteractions(history, reads, from, to)
  const places: number[] = []
  for (let place = from; place < to; place++) {
    if (place === own) {
      if (before) break
      continue
    }
    places.push(place)
  }
  return interactionsAt(history, reads, places)
}

/** The interactions of a whole history. */
const allInteractions = ({ event }: History, { entities, values, times }: HistoryReads, from: number, to: number) => {
  const ofEvents = (of: ArrayLike<number>) => {
    const out = new Float64Array(to - from)
    for (let place = from; place < to; place++) out[place - from] = of[event[place]!]!
    return out
  }
  return {
    entities: entities instanceof Int32Array ? entities.subarray(from, to) : Array.from(entities).slice(from, to),
    ...(values ? { values: ofEvents(values) } : {}),
    ...(times ? { times: ofEvents(times) } : {}),
  }
}

/** The interactions at some places of the histories. */
export const interactionsAt = (
  { event }: History,
  { entities, values, times }: HistoryReads,
  places: ArrayLike<number>,
): Interactions => ({
  entities: Int32Array.from(places, (place) => entities[place]!),
  ...(values ? { values: Float64Array.from(places, (place) => values[event[place]!]!) } : {}),
  ...(times ? { times: Float64Array.from(places, (place) => times[event[place]!]!) } : {}),
})

/** How many different rows `encode` of a history may give: entries of the input that it reads, or rows of its table. */
export const historyHeight = ({ height }: LearnedInput, { along }: HistoryReads): number => {
  if (!along) return height
  return along.start ? along.start.length - 1 : along.numbers!.length / along.size
}

interface RowList {
  readonly rows: ArrayLike<number>
  readonly weights?: ArrayLike<number> | undefined
}

/** A list with noise on its values, without the rows that dropout leaves out. */
const withNoise = (list: RowList, { dropout, noise = 0, extremes = 0 }: HistoryWindow, random: number): RowList => {
  const flipped = extremes > 0 ? withExtremes(list, extremes, key(random, 1)) : list
  const noisy = noise > 0 ? withGaussian(flipped, noise, key(random, 2)) : flipped
  return dropout > 0 ? withDropout(noisy, dropout, random) : noisy
}

const withExtremes = ({ rows, weights }: RowList, share: number, random: number): RowList => {
  if (!weights || weights.length === 0) return { rows, weights }
  let [least, greatest] = [weights[0]!, weights[0]!]
  for (let k = 1; k < weights.length; k++) {
    least = Math.min(least, weights[k]!)
    greatest = Math.max(greatest, weights[k]!)
  }
  const changed = Array.from(weights, (weight, k) =>
    uniform(random, 2 * k) >= share ? weight : uniform(random, 2 * k + 1) < 0.5 ? least : greatest,
  )
  return { rows, weights: changed }
}

const withGaussian = ({ rows, weights }: RowList, deviation: number, random: number): RowList => ({
  rows,
  weights: Array.from(rows, (_, k) => (weights?.[k] ?? 1) + deviation * normal(random, k)),
})

const withDropout = (list: RowList, share: number, random: number): RowList => {
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
      readonly reads: HistoryReads
    }

/** The lookup of an embedding for the entries of an axis. */
export const lookupOf = (node: EmbeddingNode, source: RowSource, axis: Axis, dropoutKey?: DropoutKey): Lookup => {
  const along = source.history && source.reads.along
  if (along) {
    const found = encodeHistories(source, axis, dropoutKey)
    return node.combine
      ? { of: 'bag', ...alongBag(along, found.rows, bagWeights(found, node.combine), found.start) }
      : alongSteps(along, stepsOf(found, node.shape))
  }
  const found = source.history
    ? encodeHistories(source, axis, dropoutKey)
    : rowsOfEntries(source.input.encoded!, positionsOf(source.input.node, axis, dropoutKey))
  if (node.combine) return { of: 'bag', start: found.start, rows: found.rows, weights: bagWeights(found, node.combine) }
  if (!node.masked) return { of: 'one', rows: found.rows }
  const { entries: rows, length, mask } = stepsOf(found, node.shape)
  return { of: 'sequence', rows, length, mask }
}

/** The entries of the input that a history reads, step by step, for numbers. */
export const historyEntries = (source: HistorySource, shape: Shape, axis: Axis): Steps =>
  stepsOf(encodeHistories(source, axis), shape)

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
const stepsOf = ({ start, rows }: RaggedRows, [declared]: Shape): Steps => {
  const count = start.length - 1
  let length = typeof declared === 'number' ? declared : 1
  if (typeof declared !== 'number') for (let k = 0; k < count; k++) length = Math.max(length, start[k + 1]! - start[k]!)
  const out = new Int32Array(count * length)
  const mask = new Float32Array(count * length)
  for (let k = 0; k < count; k++) {
    const list = rows.subarray(start[k]!, Math.min(start[k + 1]!, start[k]! + length))
    out.set(list, k * length)
    mask.fill(1, k * length, k * length + list.length)
  }
  return { entries: out, length, mask }
}
