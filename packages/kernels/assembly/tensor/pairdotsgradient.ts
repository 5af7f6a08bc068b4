import { add, at } from '../vector'

/** Gradients of `pairDots` by left and right; pairs ascend in every sum. */
@unmanaged
class PairDotsGradientJob {
  left: usize
  leftRows: usize
  right: usize
  rightRows: usize
  dy: usize
  dleft: usize
  dright: usize
  leftHeight: i32
  rightHeight: i32
  width: i32
  count: i32
  /** Columns of a task. */
  piece: i32
}

export function pairDotsGradient(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<PairDotsGradientJob>(address)
  const pitch = <usize>job.width << 2
  const from = <usize>(task * job.piece) << 2
  const bytes = <usize>min(job.piece, job.width - task * job.piece) << 2
  for (let row = 0; row < job.leftHeight; row++) memory.fill(job.dleft + <usize>row * pitch + from, 0, bytes)
  for (let row = 0; row < job.rightHeight; row++) memory.fill(job.dright + <usize>row * pitch + from, 0, bytes)
  for (let k = 0; k < job.count; k++) {
    const left = <usize>at(job.leftRows, k) * pitch + from, right = <usize>at(job.rightRows, k) * pitch + from
    const slope = load<f32>(job.dy + (<usize>k << 2))
    add(job.dleft + left, job.right + right, slope, bytes)
    add(job.dright + right, job.left + left, slope, bytes)
  }
}
