import { addTo, isRead, read, stride, write } from './lanes'
import { multiply } from './product'

/** Gradients of `gru` by x K + b (`dgates`) and by h R + c (`dproducts`), [n, length, 3 units] each. */
@unmanaged
class GruGradientJob {
  gates: usize
  products: usize
  before: usize
  mask: usize
  /** The transposed recurrent kernel [3 units, units] in panels. */
  transposed: usize
  /** Gradients by the states: [n, length, units], or [n, units] of the last one where `last`. */
  dstates: usize
  dgates: usize
  dproducts: usize
  /** [n, units]: gradients carried to the state before. */
  carried: usize
  sequences: i32
  length: i32
  units: i32
  rowBlock: i32
  last: i32
}

export function gruGradient(address: usize, task: i32, scratch: usize): void {
  const job = changetype<GruGradientJob>(address)
  const length = job.length, units = job.units
  const first = task * job.rowBlock
  const rows = min(job.rowBlock, job.sequences - first)
  const width = <usize>units << 2
  const pitch = <usize>length * width
  const carried = job.carried + <usize>first * width
  memory.fill(carried, 0, <usize>rows * width)
  for (let step = length - 1; step >= 0; step--) {
    const at = <usize>step * width
    for (let r = 0; r < rows; r++) {
      const row = <usize>(first + r)
      const place = row * pitch + at
      const dh = carried + <usize>r * width
      if (!job.last) addTo(dh, job.dstates + place, width)
      else if (step == length - 1) addTo(dh, job.dstates + row * width, width)
      if (job.mask && load<f32>(job.mask + ((row * <usize>length + <usize>step) << 2)) <= 0) {
        memory.fill(job.dgates + 3 * place, 0, 3 * width)
        memory.fill(job.dproducts + 3 * place, 0, 3 * width)
      } else cellGradient(job, 3 * place, job.before + place, dh, width)
    }
    const dproducts = job.dproducts + 3 * (<usize>first * pitch + at)
    if (step && isRead(job.mask, first, rows, length, step))
      multiply(dproducts, 3 * pitch, 4, rows, 3 * units, job.transposed, units, carried, width, scratch)
  }
}

// @ts-ignore: decorator
@inline
function cellGradient(job: GruGradientJob, place: usize, before: usize, dh: usize, width: usize): void {
  const one = f32x4.splat(1)
  const gates = job.gates + place, dgates = job.dgates + place, dproducts = job.dproducts + place
  const candidate = job.products + place + 2 * width
  for (let at: usize = 0; at < width;) {
    const whole = at + 16 <= width
    const z = read(gates + at, whole), r = read(gates + width + at, whole), n = read(gates + 2 * width + at, whole)
    const slope = read(dh + at, whole)
    const byZ = f32x4.mul(slope, f32x4.sub(read(before + at, whole), n))
    const byN = f32x4.mul(f32x4.mul(slope, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)))
    const throughZ = f32x4.mul(byZ, f32x4.mul(z, f32x4.sub(one, z)))
    const byR = f32x4.mul(byN, read(candidate + at, whole))
    const throughR = f32x4.mul(byR, f32x4.mul(r, f32x4.sub(one, r)))
    write(dgates + at, throughZ, whole)
    write(dgates + width + at, throughR, whole)
    write(dgates + 2 * width + at, byN, whole)
    write(dproducts + at, throughZ, whole)
    write(dproducts + width + at, throughR, whole)
    write(dproducts + 2 * width + at, f32x4.mul(byN, r), whole)
    write(dh + at, f32x4.mul(slope, z), whole)
    at += stride(whole)
  }
}
