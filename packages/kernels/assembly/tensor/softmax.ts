import { sum } from '../vector'
import { read, stride, write } from './lanes'
import { exp } from './math'

/** The softmax of every row of x [rows, columns], or its logarithm. */
@unmanaged
class SoftmaxJob {
  x: usize
  out: usize
  rows: i32
  columns: i32
  rowBlock: i32
  logarithm: i32
}

export function softmax(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<SoftmaxJob>(address)
  const bytes = <usize>job.columns << 2
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let r = task * job.rowBlock; r < end; r++) {
    const x = job.x + <usize>r * bytes, out = job.out + <usize>r * bytes
    const largest = largestOf(x, bytes)
    const total = exponentials(x, out, bytes, largest)
    if (job.logarithm) {
      const shift = f32x4.splat(largest + <f32>Math.log(<f64>total))
      for (let at: usize = 0; at < bytes;) {
        const whole = at + 16 <= bytes
        write(out + at, f32x4.sub(read(x + at, whole), shift), whole)
        at += stride(whole)
      }
    } else scale(out, bytes, 1 / total)
  }
}

/** The largest of a row of numbers. */
export function largestOf(x: usize, bytes: usize): f32 {
  let s = f32x4.splat(f32.NEGATIVE_INFINITY)
  for (let at: usize = 0; at < bytes;) {
    const whole = at + 16 <= bytes
    s = f32x4.max(s, read(x + at, whole))
    at += stride(whole)
  }
  s = f32x4.max(s, v128.shuffle<f32>(s, s, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.max(s, v128.shuffle<f32>(s, s, 1, 0, 3, 2)), 0)
}

/** out = e^(x − largest); returns the sum, lane by lane, then the numbers that fill no vector. */
export function exponentials(x: usize, out: usize, bytes: usize, largest: f32): f32 {
  const shift = f32x4.splat(largest)
  let sums = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const e = exp(f32x4.sub(v128.load(x + at), shift))
    v128.store(out + at, e)
    sums = f32x4.add(sums, e)
  }
  let total = sum(sums)
  for (; at < bytes; at += 4) {
    const e = f32x4.extract_lane(exp(f32x4.sub(v128.load32_splat(x + at), shift)), 0)
    store<f32>(out + at, e)
    total += e
  }
  return total
}

/** x ← factor · x. */
export function scale(x: usize, bytes: usize, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let at: usize = 0; at < bytes;) {
    const whole = at + 16 <= bytes
    write(x + at, f32x4.mul(read(x + at, whole), factors), whole)
    at += stride(whole)
  }
}
