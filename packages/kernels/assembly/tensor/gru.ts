import { copy } from '../vector'
import { isRead, read, stride, write } from './lanes'
import { sigmoid, tanh } from './math'
import { multiply } from './product'

/**
 * A gated recurrent unit over whole sequences, the reset gate after the recurrent product. `gates` [n, length, 3 units]
 * holds x K + b and becomes the activated gates z r n; `products` [n, length, 3 units] are h R + c; `states` and
 * `before` are [n, length, units].
 */
@unmanaged
class GruJob {
  gates: usize
  products: usize
  /** The recurrent kernel [units, 3 units] in panels. */
  recurrent: usize
  recurrentBias: usize
  mask: usize
  states: usize
  before: usize
  sequences: i32
  length: i32
  units: i32
  rowBlock: i32
}

export function gru(address: usize, task: i32, scratch: usize): void {
  const job = changetype<GruJob>(address)
  const length = job.length, units = job.units
  const first = task * job.rowBlock
  const rows = min(job.rowBlock, job.sequences - first)
  const width = <usize>units << 2
  const pitch = <usize>length * width
  const products = job.products + <usize>first * pitch * 3
  const states = job.states + <usize>first * pitch
  for (let step = 0; step < length; step++) {
    const at = <usize>step * width
    for (let r = 0; r < rows; r++) copy(products + 3 * (<usize>r * pitch + at), job.recurrentBias, 3 * width)
    if (step && isRead(job.mask, first, rows, length, step))
      multiply(
        states + at - width, pitch, 4, rows, units, job.recurrent, 3 * units, products + 3 * at, 3 * pitch, scratch,
      )
    for (let r = 0; r < rows; r++) {
      const place = <usize>(first + r) * pitch + at
      const before = job.before + place, state = job.states + place
      if (step) memory.copy(before, state - width, width)
      else memory.fill(before, 0, width)
      if (job.mask && load<f32>(job.mask + (<usize>((first + r) * length + step) << 2)) <= 0)
        memory.copy(state, before, width)
      else cell(job.gates + 3 * place, job.products + 3 * place, before, state, width)
    }
  }
}

// @ts-ignore: decorator
@inline
function cell(gates: usize, products: usize, before: usize, state: usize, width: usize): void {
  for (let at: usize = 0; at < width;) {
    const whole = at + 16 <= width
    const z = sigmoid(f32x4.add(read(gates + at, whole), read(products + at, whole)))
    const r = sigmoid(f32x4.add(read(gates + width + at, whole), read(products + width + at, whole)))
    const reset = f32x4.mul(r, read(products + 2 * width + at, whole))
    const n = tanh(f32x4.add(read(gates + 2 * width + at, whole), reset))
    write(gates + at, z, whole)
    write(gates + width + at, r, whole)
    write(gates + 2 * width + at, n, whole)
    write(state + at, f32x4.add(n, f32x4.mul(z, f32x4.sub(read(before + at, whole), n))), whole)
    at += stride(whole)
  }
}
