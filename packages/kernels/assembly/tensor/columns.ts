import { copy } from '../vector'

/** Copies `bytes` of each row of a matrix to a row of another; pitches in bytes. */
@unmanaged
class ColumnsJob {
  x: usize
  pitch: usize
  out: usize
  outPitch: usize
  bytes: usize
  rows: i32
  rowBlock: i32
}

export function columns(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<ColumnsJob>(address)
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let r = task * job.rowBlock; r < end; r++)
    copy(job.out + <usize>r * job.outPitch, job.x + <usize>r * job.pitch, job.bytes)
}
