import { at, copy } from '../vector'

/** out[k] = x[rows[k]] for rows of `width` numbers, zeros where rows[k] is negative. */
@unmanaged
class GatherRowsJob {
  x: usize
  rows: usize
  out: usize
  width: i32
  count: i32
  rowBlock: i32
}

export function gatherRows(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<GatherRowsJob>(address)
  const bytes = <usize>job.width << 2
  const end = min(job.count, (task + 1) * job.rowBlock)
  for (let k = task * job.rowBlock; k < end; k++) {
    const row = at(job.rows, k), to = job.out + <usize>k * bytes
    if (row >= 0) copy(to, job.x + <usize>row * bytes, bytes)
    else memory.fill(to, 0, bytes)
  }
}
