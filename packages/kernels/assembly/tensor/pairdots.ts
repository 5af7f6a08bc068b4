import { at, madd, sum } from '../vector'

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

/** ⟨x, y⟩ of any number of bytes: lane by lane, then the lanes, then the numbers that fill no vector. */
// @ts-ignore: decorator
@inline
function rowDot(x: usize, y: usize, bytes: usize): f32 {
  let s = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) s = madd(v128.load(x + at), v128.load(y + at), s)
  let total = sum(s)
  for (; at < bytes; at += 4) total += load<f32>(x + at) * load<f32>(y + at)
  return total
}
