import type { Batch } from '../../program/batch.js'

/** A batch with what losses want to know of it. */
export interface SampledBatch {
  readonly batch: Batch
  readonly examples: number
  /** The shape in which a loss sees scores. */
  readonly scores: readonly number[]
  /** Something of each event (its target) for each pair; 0 where the pair is no event. */
  values(ofEvents: Float32Array): Float32Array
  /** 1 where the pair was observed. */
  readonly positive?: Float32Array
  /** Only where the negatives are corrected by it. */
  readonly logQ?: Float32Array
  /** How often each pair reads the rows of its user, its item and its event; only l2 asks. */
  reads(): ReadCounts
}

/** Readings of each pair. */
export interface ReadCounts {
  readonly user: Float32Array
  readonly item: Float32Array
  readonly event: Float32Array
}

/** Draws batches for the heads of a phase that want the same examples. */
export interface BatchSampler {
  /** Examples of one pass. */
  readonly count: number
  /** `chosen` are numbers of examples, `random` the key of the epoch, `step` the number of the batch in it. */
  sample(chosen: Int32Array, random: number, step: number): SampledBatch
}

/** Picks by event, for batches whose pairs are single events; −1 none. */
export const byEvent =
  (event: Int32Array): SampledBatch['values'] =>
  (ofEvents) =>
    Float32Array.from(event, (row) => (row < 0 ? 0 : ofEvents[row]!))

/** An array of one value. */
export const filled = (length: number, value: number) => new Float32Array(length).fill(value)

/** The distinct values of a list, and for each place where its value stands. */
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
