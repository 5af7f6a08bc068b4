import { isRead, read, stride, write } from './lanes'
import { sigmoid, tanh } from './math'
import { multiply } from './product'

/**
 * A long short-term memory over whole sequences. `gates` [n, length, 4 units] holds x K + b and becomes the activated
 * gates i f c o; `states`, `cells` and `before` (the state before each step) are [n, length, units].
 */
@unmanaged
class LstmJob {
  gates: usize
  /** The recurrent kernel [units, 4 units] in panels. */
  recurrent: usize
  /** [n, length]; 0: every step is read. */
  mask: usize
  states: usize
  cells: usize
  before: usize
  sequences: i32
  length: i32
  units: i32
  /** Sequences of a task. */
  rowBlock: i32
}

export function lstm(address: usize, task: i32, scratch: usize): void {
  const job = changetype<LstmJob>(address)
  const length = job.length, units = job.units
  const first = task * job.rowBlock
  const rows = min(job.rowBlock, job.sequences - first)
  const width = <usize>units << 2
  const pitch = <usize>length * width
  const gates = job.gates + <usize>first * pitch * 4
  const states = job.states + <usize>first * pitch
  const cells = job.cells + <usize>first * pitch
  const before = job.before + <usize>first * pitch
  for (let step = 0; step < length; step++) {
    const at = <usize>step * width
    if (step && isRead(job.mask, first, rows, length, step))
      multiply(states + at - width, pitch, 4, rows, units, job.recurrent, 4 * units, gates + 4 * at, 4 * pitch, scratch)
    for (let r = 0; r < rows; r++) {
      const place = <usize>r * pitch + at
      const own = gates + 4 * place
      if (step) memory.copy(before + place, states + place - width, width)
      else memory.fill(before + place, 0, width)
      if (job.mask && load<f32>(job.mask + (<usize>((first + r) * length + step) << 2)) <= 0) {
        memory.copy(states + place, before + place, width)
        if (step) memory.copy(cells + place, cells + place - width, width)
        else memory.fill(cells + place, 0, width)
        continue
      }
      cell(own, step ? cells + place - width : 0, cells + place, states + place, width)
    }
  }
}

/** One step of one sequence; a constant 1 is added inside the forget gate. `old` 0: zeros. */
// @ts-ignore: decorator
@inline
function cell(gates: usize, old: usize, cells: usize, states: usize, width: usize): void {
  const one = f32x4.splat(1)
  for (let at: usize = 0; at < width;) {
    const whole = at + 16 <= width
    const i = sigmoid(read(gates + at, whole))
    const f = sigmoid(f32x4.add(read(gates + width + at, whole), one))
    const candidate = tanh(read(gates + 2 * width + at, whole))
    const o = sigmoid(read(gates + 3 * width + at, whole))
    const kept = old ? f32x4.mul(f, read(old + at, whole)) : f32x4.splat(0)
    const c = f32x4.add(kept, f32x4.mul(i, candidate))
    write(gates + at, i, whole)
    write(gates + width + at, f, whole)
    write(gates + 2 * width + at, candidate, whole)
    write(gates + 3 * width + at, o, whole)
    write(cells + at, c, whole)
    write(states + at, f32x4.mul(o, tanh(c)), whole)
    at += stride(whole)
  }
}
