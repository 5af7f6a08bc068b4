import { add, copy } from '../vector'
import { accumulate } from './product'

/** Rows per step of dK, so that their numbers stay in the first-level cache. */
const BLOCK = 64

/** out = f(x K + b): x is [rows, from], K [from, to]; `bias` 0: no bias; `relu` 0: f is the identity. */
export function forward(
  x: usize, rows: i32, from: i32, kernel: usize, to: i32, bias: usize, relu: i32, out: usize,
): void {
  const pitch = <usize>to << 2
  const bytes = pitch * <usize>rows
  if (bias) for (let at: usize = 0; at < bytes; at += pitch) copy(out + at, bias, pitch)
  else memory.fill(out, 0, bytes)
  accumulate(x, <usize>from << 2, 4, rows, from, kernel, to, out)
  if (!relu) return
  const zeros = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) v128.store(out + at, f32x4.max(v128.load(out + at), zeros))
  for (; at < bytes; at += 4) store<f32>(out + at, max<f32>(load<f32>(out + at), 0))
}

/**
 * Gradients of `forward` by x, K and b, given the gradient by its result y. `slope` has space for [rows, to] if `relu`,
 * `transposed` for [to, from]. `dbias` 0: not wanted.
 */
export function backward(
  x: usize, rows: i32, from: i32, kernel: usize, to: i32, relu: i32, y: usize, dy: usize, slope: usize, transposed:
  usize,
  dx: usize, dkernel: usize, dbias: usize,
): void {
  const pitch = <usize>to << 2
  const wide = <usize>from << 2
  const bytes = pitch * <usize>rows
  let dz = dy
  if (relu) {
    dz = slope
    mask(dy, y, bytes, dz)
  }
  if (dbias) {
    memory.fill(dbias, 0, pitch)
    for (let at: usize = 0; at < bytes; at += pitch) add(dbias, dz + at, 1, pitch)
  }
  for (let i = 0; i < from; i++)
    for (let j = 0; j < to; j++)
      store<f32>(transposed + (<usize>(j * from + i) << 2), load<f32>(kernel + (<usize>(i * to + j) << 2)))
  memory.fill(dx, 0, wide * <usize>rows)
  accumulate(dz, pitch, 4, rows, to, transposed, from, dx)
  memory.fill(dkernel, 0, wide * <usize>to)
  for (let n = 0; n < rows; n += BLOCK)
    accumulate(x + <usize>n * wide, 4, wide, from, min(BLOCK, rows - n), dz + <usize>n * pitch, to, dkernel)
}

/** Copies `bytes` of each row from a matrix of rows `pitch` bytes apart to one of rows `other` bytes apart. */
export function columns(from: usize, pitch: usize, to: usize, other: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, from += pitch, to += other) copy(to, from, bytes)
}

/** dz = dy where y is positive, 0 elsewhere. */
// @ts-ignore: decorator
@inline
function mask(dy: usize, y: usize, bytes: usize, dz: usize): void {
  const zeros = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    v128.store(dz + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zeros)))
  for (; at < bytes; at += 4) store<f32>(dz + at, load<f32>(y + at) > 0 ? load<f32>(dy + at) : 0)
}
