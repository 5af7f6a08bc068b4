import { addGramRow } from '../gramrow'
import { keepLargest } from '../keep'
import { at } from '../vector'

/** Where a thread's number stands in its scratch. */
const NUMBER: usize = 128

/** The largest numbers of each row, by size, of a dense matrix, or of XᵀX of a sparse one, as sparse rows. */
@unmanaged
class KeepRowsJob {
  /** [rows, columns]; 0: XᵀX. */
  matrix: usize
  rowStart: usize
  rowIndex: usize
  /** 0: all are 1. */
  rowValues: usize
  columnStart: usize
  columnIndex: usize
  columnValues: usize
  /** Receives how many each row keeps, where `index` is 0. */
  counts: usize
  /** Where each row starts in `index` and `values`. */
  start: usize
  index: usize
  values: usize
  /** For each thread two rows of `columns`. */
  work: usize
  rows: i32
  columns: i32
  /** Numbers of a row that are kept at most. */
  most: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task (block of rows). */
export function keepRows(address: usize, task: i32, scratch: usize): void {
  const job = changetype<KeepRowsJob>(address)
  const bytes = <usize>job.columns << 2
  const sums = job.work + <usize>load<i32>(scratch, NUMBER) * 2 * bytes, sizes = sums + bytes
  const begin = task * job.rowBlock, end = min(job.rows, begin + job.rowBlock)
  for (let row = begin; row < end; row++) {
    let from = job.matrix + <usize>row * bytes
    if (job.matrix == 0) {
      from = sums
      memory.fill(sums, 0, bytes)
      addGramRow(
        job.rowStart, job.rowIndex, job.rowValues, job.columnStart, job.columnIndex, job.columnValues,
        row, job.columns, sums,
      )
    }
    if (job.index) {
      const place = <usize>at(job.start, row) << 2
      keepLargest(from, job.columns, job.most, sizes, job.index + place, job.values + place)
    } else store<i32>(job.counts + (<usize>row << 2), keepLargest(from, job.columns, job.most, sizes, 0, 0))
  }
}
