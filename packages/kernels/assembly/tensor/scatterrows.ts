import { add, at } from '../vector'

/** out[rows[k]] += x[k] from zeros, k ascending; a negative row is left out. */
@unmanaged
class ScatterRowsJob {
  x: usize
  rows: usize
  out: usize
  width: i32
  count: i32
  height: i32
  /** Columns of a task: every thread adds all rows of its own columns. */
  piece: i32
}

export function scatterRows(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<ScatterRowsJob>(address)
  const pitch = <usize>job.width << 2
  const from = <usize>(task * job.piece) << 2
  const bytes = <usize>min(job.piece, job.width - task * job.piece) << 2
  for (let row = 0; row < job.height; row++) memory.fill(job.out + <usize>row * pitch + from, 0, bytes)
  for (let k = 0; k < job.count; k++) {
    const row = at(job.rows, k)
    if (row >= 0) add(job.out + <usize>row * pitch + from, job.x + <usize>k * pitch + from, 1, bytes)
  }
}
