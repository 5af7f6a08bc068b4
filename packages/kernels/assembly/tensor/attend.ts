import { multiply, multiplyPart, pack } from './product'
import { exponentials, largestOf, scale } from './softmax'

/** Scaled dot-product attention of every head of every sequence: [n, length, heads · size] each. */
@unmanaged
class AttendJob {
  query: usize
  key: usize
  value: usize
  /** [n, length]: 1 where a step is read; 0: all are. */
  mask: usize
  /** [n, heads, length, length] */
  shares: usize
  out: usize
  length: i32
  heads: i32
  size: i32
  causal: i32
  /** Panels of every thread, `threadBytes` each. */
  panels: usize
  threadBytes: usize
}

/** Task (sequence, head). */
export function attend(address: usize, task: i32, scratch: usize): void {
  const job = changetype<AttendJob>(address)
  const length = job.length, size = job.size
  const dim = <usize>(job.heads * size) << 2
  const sequence = task / job.heads
  const start = <usize>sequence * <usize>length * dim + (<usize>((task % job.heads) * size) << 2)
  const pitch = <usize>length << 2
  const shares = job.shares + <usize>task * <usize>length * pitch
  const mask = job.mask ? job.mask + <usize>sequence * pitch : 0
  const panels = job.panels + <usize>load<i32>(scratch, 128) * job.threadBytes
  pack(job.key + start, 4, dim, size, 0, size, length, panels)
  memory.fill(shares, 0, <usize>length * pitch)
  const query = job.query + start
  for (let row = 0; row < length; row += 4) {
    const rows = min(4, length - row)
    const columns = job.causal ? row + rows : length
    multiply(query + <usize>row * dim, dim, 4, rows, size, panels, columns, shares + <usize>row * pitch, pitch, scratch)
  }
  const factor: f32 = 1 / sqrt<f32>(<f32>size)
  for (let row = 0; row < length; row++) {
    const seen = job.causal ? row + 1 : length
    distribute(shares + <usize>row * pitch, <usize>seen << 2, pitch, mask, factor)
  }
  pack(job.value + start, dim, 4, length, 0, length, size, panels)
  byQueries(shares, length, size, job.causal, panels, job.out + start, dim, scratch)
}

/** out ← A B for A [length, length]: of causal attention, numbers after the diagonal are 0. */
export function byQueries(
  a: usize, length: i32, size: i32, causal: i32, panels: usize, out: usize, dim: usize, scratch: usize,
): void {
  const pitch = <usize>length << 2
  for (let row = 0; row < length; row++) memory.fill(out + <usize>row * dim, 0, <usize>size << 2)
  for (let row = 0; row < length; row += 4) {
    const rows = min(4, length - row)
    const depth = causal ? row + rows : length
    const to = out + <usize>row * dim
    multiplyPart(a + <usize>row * pitch, pitch, 4, rows, depth, panels, length, size, to, dim, scratch)
  }
}

/** The scores of a row become shares: those of masked and of later steps 0. */
function distribute(row: usize, bytes: usize, pitch: usize, mask: usize, factor: f32): void {
  scale(row, bytes, factor)
  let any = true
  if (mask) {
    any = false
    for (let at: usize = 0; at < bytes; at += 4) {
      if (load<f32>(mask + at) > 0) any = true
      else store<f32>(row + at, f32.NEGATIVE_INFINITY)
    }
  }
  memory.fill(row + bytes, 0, pitch - bytes)
  if (!any) {
    memory.fill(row, 0, bytes)
    return
  }
  const sum = exponentials(row, row, bytes, largestOf(row, bytes))
  scale(row, bytes, 1 / sum)
}
