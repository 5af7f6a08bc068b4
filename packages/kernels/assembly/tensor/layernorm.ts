import { sum } from '../vector'
import { read, stride, write } from './lanes'

/** out = γ (x − mean) / √(variance + ε) + β of every row; keeps mean and 1 / √(variance + ε) of each. */
@unmanaged
class LayerNormJob {
  x: usize
  gamma: usize
  beta: usize
  out: usize
  /** [rows, 2] */
  moments: usize
  rows: i32
  width: i32
  rowBlock: i32
  epsilon: f32
}

export function layerNorm(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<LayerNormJob>(address)
  const bytes = <usize>job.width << 2
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let r = task * job.rowBlock; r < end; r++) {
    const x = job.x + <usize>r * bytes, out = job.out + <usize>r * bytes
    const mean = sumOf(x, bytes) / <f32>job.width
    const inverse: f32 = 1 / sqrt<f32>(squaresOf(x, bytes, mean) / <f32>job.width + job.epsilon)
    const moments = job.moments + (<usize>r << 3)
    store<f32>(moments, mean)
    store<f32>(moments, inverse, 4)
    const means = f32x4.splat(mean), inverses = f32x4.splat(inverse)
    for (let at: usize = 0; at < bytes;) {
      const whole = at + 16 <= bytes
      const normal = f32x4.mul(f32x4.sub(read(x + at, whole), means), inverses)
      write(out + at, f32x4.add(f32x4.mul(normal, read(job.gamma + at, whole)), read(job.beta + at, whole)), whole)
      at += stride(whole)
    }
  }
}

/** Lane by lane, then the lanes, then the numbers that fill no vector. */
function sumOf(x: usize, bytes: usize): f32 {
  let sums = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) sums = f32x4.add(sums, v128.load(x + at))
  let total = sum(sums)
  for (; at < bytes; at += 4) total += load<f32>(x + at)
  return total
}

function squaresOf(x: usize, bytes: usize, mean: f32): f32 {
  const means = f32x4.splat(mean)
  let sums = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const gap = f32x4.sub(v128.load(x + at), means)
    sums = f32x4.add(sums, f32x4.mul(gap, gap))
  }
  let total = sum(sums)
  for (; at < bytes; at += 4) {
    const gap = load<f32>(x + at) - mean
    total += gap * gap
  }
  return total
}
