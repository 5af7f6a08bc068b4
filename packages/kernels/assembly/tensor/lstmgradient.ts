import { addTo, isRead, read, stride, write } from './lanes'
import { tanh } from './math'
import { multiply } from './product'

/** Gradients of `lstm` by the gates before their activation, [n, length, 4 units]. */
@unmanaged
class LstmGradientJob {
  gates: usize
  cells: usize
  mask: usize
  /** The transposed recurrent kernel [4 units, units] in panels. */
  transposed: usize
  /** Gradients by the states: [n, length, units], or [n, units] of the last one where `last`. */
  dstates: usize
  dgates: usize
  /** [n, 2 units]: gradients carried to the step before, by state and by cell. */
  carried: usize
  sequences: i32
  length: i32
  units: i32
  rowBlock: i32
  last: i32
}

export function lstmGradient(address: usize, task: i32, scratch: usize): void {
  const job = changetype<LstmGradientJob>(address)
  const length = job.length, units = job.units
  const first = task * job.rowBlock
  const rows = min(job.rowBlock, job.sequences - first)
  const width = <usize>units << 2
  const pitch = <usize>length * width
  const carried = job.carried + <usize>first * 2 * width
  memory.fill(carried, 0, <usize>rows * 2 * width)
  for (let step = length - 1; step >= 0; step--) {
    const at = <usize>step * width
    for (let r = 0; r < rows; r++) {
      const row = <usize>(first + r)
      const place = row * pitch + at
      const dh = carried + <usize>r * 2 * width
      const dgates = job.dgates + 4 * place
      if (!job.last) addTo(dh, job.dstates + place, width)
      else if (step == length - 1) addTo(dh, job.dstates + row * width, width)
      if (job.mask && load<f32>(job.mask + ((row * <usize>length + <usize>step) << 2)) <= 0) {
        memory.fill(dgates, 0, 4 * width)
        continue
      }
      const old = step ? job.cells + place - width : 0
      cellGradient(job.gates + 4 * place, job.cells + place, old, dh, dh + width, dgates, width)
      // what the step read of the state before comes from its gates alone
      memory.fill(dh, 0, width)
    }
    const dgates = job.dgates + 4 * (<usize>first * pitch + at)
    if (step && isRead(job.mask, first, rows, length, step))
      multiply(dgates, 4 * pitch, 4, rows, 4 * units, job.transposed, units, carried, 2 * width, scratch)
  }
}

// @ts-ignore: decorator
@inline
function cellGradient(
  gates: usize, cells: usize, old: usize, dh: usize, dc: usize, dgates: usize, width: usize,
): void {
  const one = f32x4.splat(1)
  for (let at: usize = 0; at < width;) {
    const whole = at + 16 <= width
    const i = read(gates + at, whole), f = read(gates + width + at, whole)
    const candidate = read(gates + 2 * width + at, whole), o = read(gates + 3 * width + at, whole)
    const t = tanh(read(cells + at, whole))
    const slope = read(dh + at, whole)
    const through = f32x4.mul(f32x4.mul(slope, o), f32x4.sub(one, f32x4.mul(t, t)))
    const byCell = f32x4.add(read(dc + at, whole), through)
    const before = old ? read(old + at, whole) : f32x4.splat(0)
    const byO = f32x4.mul(f32x4.mul(slope, t), f32x4.mul(o, f32x4.sub(one, o)))
    const byI = f32x4.mul(f32x4.mul(byCell, candidate), f32x4.mul(i, f32x4.sub(one, i)))
    const byCandidate = f32x4.mul(f32x4.mul(byCell, i), f32x4.sub(one, f32x4.mul(candidate, candidate)))
    const byF = f32x4.mul(f32x4.mul(byCell, before), f32x4.mul(f, f32x4.sub(one, f)))
    write(dgates + at, byI, whole)
    write(dgates + width + at, byF, whole)
    write(dgates + 2 * width + at, byCandidate, whole)
    write(dgates + 3 * width + at, byO, whole)
    write(dc + at, f32x4.mul(byCell, f), whole)
    at += stride(whole)
  }
}
