import { addGramRow } from '../gramrow'

/** The lower triangle of XᵀX for a sparse matrix X by its rows and by its columns: rows `first` … `end` − 1. */
@unmanaged
class GramRowsJob {
  rowStart: usize
  rowIndex: usize
  /** 0: all are 1. */
  rowValues: usize
  columnStart: usize
  columnIndex: usize
  columnValues: usize
  /** [columns, columns]. */
  out: usize
  columns: i32
  first: i32
  end: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task (block of rows). */
export function gramRows(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<GramRowsJob>(address)
  const begin = job.first + task * job.rowBlock, end = min(job.end, begin + job.rowBlock)
  for (let row = begin; row < end; row++) {
    const sums = job.out + (<usize>row * <usize>job.columns << 2)
    memory.fill(sums, 0, <usize>(row + 1) << 2)
    addGramRow(
      job.rowStart, job.rowIndex, job.rowValues, job.columnStart, job.columnIndex, job.columnValues, row, row, sums,
    )
  }
}
