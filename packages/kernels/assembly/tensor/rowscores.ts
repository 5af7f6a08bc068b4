import { at, copy } from '../vector'
import { multiply, pack } from './product'
import { exponentials, largestOf } from './softmax'

/** Columns of a block: its rows are five cache lines apart, so that a column does not share a place in the cache. */
export const ROW_COLUMNS: i32 = 80

/**
 * Scores of rows with all columns, their dot products and a bias of each column, in blocks of columns: as powers of e
 * relative to the largest score that a row has in the block.
 */
@unmanaged
class RowScoresJob {
  /** [rows, width] */
  left: usize
  /** [columns, width] */
  right: usize
  /** [columns]; 0: none. */
  bias: usize
  /** [blocks, rows, ROW_COLUMNS] */
  powers: usize
  /** [blocks, rows]: the largest score of a row in a block, and the sum of its powers. */
  largest: usize
  sums: usize
  /** The rows that have each column as a positive: those of column c are from start[c] to start[c + 1] − 1. */
  start: usize
  positives: usize
  /** The score of each positive. */
  scores: usize
  /** Panels of every thread, `threadBytes` each. */
  spare: usize
  threadBytes: usize
  rows: i32
  columns: i32
  width: i32
}

/** Task: a block of columns. */
export function rowScores(address: usize, task: i32, scratch: usize): void {
  const job = changetype<RowScoresJob>(address)
  const first = task * ROW_COLUMNS
  const columns = min(ROW_COLUMNS, job.columns - first)
  const bytes = <usize>columns << 2, pitch = <usize>ROW_COLUMNS << 2, width = <usize>job.width << 2
  const panels = job.spare + <usize>load<i32>(scratch, 128) * job.threadBytes
  const block = <usize>task * <usize>job.rows
  const powers = job.powers + block * pitch
  for (let r = 0; r < job.rows; r++) {
    const row = powers + <usize>r * pitch
    if (job.bias) copy(row, job.bias + (<usize>first << 2), bytes)
    else memory.fill(row, 0, bytes)
  }
  pack(job.right + <usize>first * width, 4, width, job.width, 0, job.width, columns, panels)
  multiply(job.left, width, 4, job.rows, job.width, panels, columns, powers, pitch, scratch)
  for (let c = 0; c < columns; c++)
    for (let k = at(job.start, first + c), end = at(job.start, first + c + 1); k < end; k++)
      store<f32>(
        job.scores + (<usize>k << 2),
        load<f32>(powers + <usize>at(job.positives, k) * pitch + (<usize>c << 2)),
      )
  for (let r = 0; r < job.rows; r++) {
    const row = powers + <usize>r * pitch, place = (block + <usize>r) << 2
    const largest = largestOf(row, bytes)
    store<f32>(job.largest + place, largest)
    store<f32>(job.sums + place, exponentials(row, row, bytes, largest))
  }
}
