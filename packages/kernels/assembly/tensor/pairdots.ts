import { rowDot } from './rowsum'
import { at } from '../vector'

/** out[k] = ⟨left[leftRows[k]], right[rightRows[k]]⟩ for rows of `width` numbers. */
@unmanaged
class PairDotsJob {
  left: usize
  leftRows: usize
  right: usize
  rightRows: usize
  out: usize
  width: i32
  count: i32
  rowBlock: i32
}

export function pairDots(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<PairDotsJob>(address)
  const bytes = <usize>job.width << 2
  const end = min(job.count, (task + 1) * job.rowBlock)
  for (let k = task * job.rowBlock; k < end; k++) {
    const left = job.left + <usize>at(job.leftRows, k) * bytes, right = job.right + <usize>at(job.rightRows, k) * bytes
    store<f32>(job.out + (<usize>k << 2), rowDot(left, right, bytes))
  }
}
