import type { Sparse } from '@recspec/kernels'
import type { Batch } from '../../program/batch.js'

/** A batch and the labels that losses read. */
export interface SampledBatch {
  readonly batch: Batch
  /** What the loss is a mean over: of sequences, the events that are scored. */
  readonly examples: number
  /** The shape of the scores that a loss reads. */
  readonly scores: readonly number[]
  /** A value of each event (such as its target) for each pair; 0 where the pair is not an event. */
  values(ofEvents: Float32Array): Float32Array
  /** 1 where the pair was observed. */
  readonly positive?: Float32Array
  /** Log-q of each pair; only where the loss corrects for it. */
  readonly logQ?: Float32Array
  /** Of a grid: the same labels by rows and columns. */
  readonly grid?: Grid
  /** Of rows: the observed entries of the other side, row by row. */
  readonly rows?: Sparse
  /** Of shared negatives: the same labels by examples and negatives. */
  readonly shared?: Shared
  /** How often each pair reads the rows of its user, its item and its event; computed only for l2. */
  reads(): ReadCounts
}

/** The labels of a grid: the column of each row's own item, columns that do not count, and log-q of each column. */
export interface Grid {
  readonly own: Int32Array
  readonly excluded?: Sparse
  readonly logQ?: Float32Array
  /** The entries of the item axis that are the columns, each item once, and how many rows have it. */
  readonly distinct?: { readonly entries: Int32Array; readonly counts: Float32Array }
}

/** The labels of shared negatives: those that do not count for an example, and log-q of its own item and of each. */
export interface Shared {
  readonly excluded?: Sparse
  readonly logQ?: { readonly own: Float32Array; readonly negatives: Float32Array }
}

/** Reads of each pair: [pairs] each. */
export interface ReadCounts {
  readonly user: Float32Array
  readonly item: Float32Array
  readonly event: Float32Array
  /** Of a grid: reads of each entry of an axis. */
  readonly axes?: { readonly user: Float32Array; readonly item: Float32Array }
}

/** Samples batches for the heads of a phase that share the same examples. */
export interface BatchSampler {
  /** What batches are made of, in one pass: examples, or sequences of them. */
  readonly count: number
  /** Examples of one pass, where they are not what batches are made of. */
  readonly examples?: number
  /** What an epoch visits, in order, where a permutation with its key is not all: batches are cut from it. */
  order?(random: number, batchSize: number): Int32Array
  /**
   * `chosen` are indices from 0 to count − 1, `random` is the key of the epoch, `step` the index of the batch in the
   * epoch.
   */
  sample(chosen: Int32Array, random: number, step: number): SampledBatch
}

/** Gathers values by event, for batches whose pairs are single events; −1 is no event. */
export const byEvent =
  (event: Int32Array): SampledBatch['values'] =>
  (ofEvents) => {
    const values = new Float32Array(event.length)
    for (let k = 0; k < event.length; k++) if (event[k]! >= 0) values[k] = ofEvents[event[k]!]!
    return values
  }

/** An array of one value. */
export const filled = (length: number, value: number) => new Float32Array(length).fill(value)

/** The distinct values of a list, and for each entry the position of its value among them. */
export const distinct = (list: Int32Array, slots: Int32Array): { values: Int32Array; index: Int32Array } => {
  const values = new Int32Array(list.length)
  const index = new Int32Array(list.length)
  let count = 0
  for (let k = 0; k < list.length; k++) {
    const at = list[k]! + 1
    if (slots[at]! < 0) {
      slots[at] = count
      values[count++] = list[k]!
    }
    index[k] = slots[at]!
  }
  for (let k = 0; k < count; k++) slots[values[k]! + 1] = -1
  return { values: values.slice(0, count), index }
}

/** An object with more properties, or other ones; values that it computes when they are read stay unread. */
export const extended = <T extends object, U extends object>(base: T, more: U): T & U =>
  Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(more) },
  ) as T & U
