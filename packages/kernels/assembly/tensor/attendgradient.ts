import { sum } from '../vector'
import { byQueries } from './attend'
import { multiply, multiplyPart, PANEL_BYTES, pack } from './product'

/** Gradients of `attend` by query, key and value. */
@unmanaged
class AttendGradientJob {
  query: usize
  key: usize
  value: usize
  shares: usize
  dy: usize
  /** [n, heads, length, length]: gradients by the scores. */
  slopes: usize
  dquery: usize
  dkey: usize
  dvalue: usize
  length: i32
  heads: i32
  size: i32
  causal: i32
  panels: usize
  threadBytes: usize
}

/** Task (sequence, head). */
export function attendGradient(address: usize, task: i32, scratch: usize): void {
  const job = changetype<AttendGradientJob>(address)
  const length = job.length, size = job.size
  const dim = <usize>(job.heads * size) << 2
  const start = <usize>(task / job.heads) * <usize>length * dim + (<usize>((task % job.heads) * size) << 2)
  const pitch = <usize>length << 2
  const shares = job.shares + <usize>task * <usize>length * pitch
  const slopes = job.slopes + <usize>task * <usize>length * pitch
  const panels = job.panels + <usize>load<i32>(scratch, 128) * job.threadBytes
  const dy = job.dy + start
  // by the shares, then by the scores
  pack(job.value + start, 4, dim, size, 0, size, length, panels)
  memory.fill(slopes, 0, <usize>length * pitch)
  for (let row = 0; row < length; row += 4) {
    const rows = min(4, length - row)
    const columns = job.causal ? row + rows : length
    multiply(dy + <usize>row * dim, dim, 4, rows, size, panels, columns, slopes + <usize>row * pitch, pitch, scratch)
  }
  const factor: f32 = 1 / sqrt<f32>(<f32>size)
  for (let row = 0; row < length; row++)
    throughSoftmax(shares + <usize>row * pitch, slopes + <usize>row * pitch, pitch, factor)
  pack(job.key + start, dim, 4, length, 0, length, size, panels)
  byQueries(slopes, length, size, job.causal, panels, job.dquery + start, dim, scratch)
  pack(job.query + start, dim, 4, length, 0, length, size, panels)
  byKeys(slopes, length, size, job.causal, panels, job.dkey + start, dim, scratch)
  pack(dy, dim, 4, length, 0, length, size, panels)
  byKeys(shares, length, size, job.causal, panels, job.dvalue + start, dim, scratch)
}

/** out ← Aᵀ B for A as in `byQueries`. */
function byKeys(
  a: usize, length: i32, size: i32, causal: i32, panels: usize, out: usize, dim: usize, scratch: usize,
): void {
  const pitch = <usize>length << 2
  for (let row = 0; row < length; row++) memory.fill(out + <usize>row * dim, 0, <usize>size << 2)
  for (let row = 0; row < length; row += 4) {
    const rows = min(4, length - row)
    const first = causal ? row : 0
    const from = a + <usize>first * pitch + (<usize>row << 2)
    const part = panels + <usize>first * PANEL_BYTES
    multiplyPart(from, 4, pitch, rows, length - first, part, length, size, out + <usize>row * dim, dim, scratch)
  }
}

/** slopes ← factor · shares (slopes − Σ shares · slopes). */
function throughSoftmax(shares: usize, slopes: usize, bytes: usize, factor: f32): void {
  let sums = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    sums = f32x4.add(sums, f32x4.mul(v128.load(shares + at), v128.load(slopes + at)))
  let total = sum(sums)
  for (; at < bytes; at += 4) total += load<f32>(shares + at) * load<f32>(slopes + at)
  const all = f32x4.splat(total), factors = f32x4.splat(factor)
  at = 0
  for (; at + 16 <= bytes; at += 16) {
    const gap = f32x4.sub(v128.load(slopes + at), all)
    v128.store(slopes + at, f32x4.mul(f32x4.mul(gap, v128.load(shares + at)), factors))
  }
  for (; at < bytes; at += 4)
    store<f32>(slopes + at, (load<f32>(slopes + at) - total) * load<f32>(shares + at) * factor)
}
