import { madd } from '../vector'

/**
 * C += A B for C of `rows` × `width` numbers and inner dimension `depth`. Number (r, k) of A is at a + r · rowStep + k
 * · step, so one routine multiplies by A and by its transpose; B and C are row-major. Every number of C is summed in
 * the order of k.
 */
export function accumulate(
  a: usize, rowStep: usize, step: usize, rows: i32, depth: i32, b: usize, width: i32, c: usize,
): void {
  const pitch = <usize>width << 2
  const whole = pitch & ~31
  let r = 0
  for (; r + 4 <= rows; r += 4, a += rowStep << 2, c += pitch << 2) {
    for (let j: usize = 0; j < whole; j += 32) tile(a, rowStep, step, depth, b + j, pitch, c + j)
    for (let t: usize = 0; t < 4; t++) rest(a + t * rowStep, step, depth, b, pitch, c + t * pitch, whole)
  }
  for (; r < rows; r++, a += rowStep, c += pitch) rest(a, step, depth, b, pitch, c, 0)
}

/** 4 rows × 8 columns: V8 keeps eight accumulators in registers. */
// @ts-ignore: decorator
@inline
function tile(a: usize, rowStep: usize, step: usize, depth: i32, b: usize, pitch: usize, c: usize): void {
  const c1 = c + pitch, c2 = c1 + pitch, c3 = c2 + pitch
  const second = rowStep, third = rowStep << 1, fourth = rowStep * 3
  let s00 = v128.load(c), s01 = v128.load(c, 16), s10 = v128.load(c1), s11 = v128.load(c1, 16)
  let s20 = v128.load(c2), s21 = v128.load(c2, 16), s30 = v128.load(c3), s31 = v128.load(c3, 16)
  for (let k = 0; k < depth; k++, a += step, b += pitch) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    const a0 = v128.load32_splat(a)
    s00 = madd(a0, b0, s00)
    s01 = madd(a0, b1, s01)
    const a1 = v128.load32_splat(a + second)
    s10 = madd(a1, b0, s10)
    s11 = madd(a1, b1, s11)
    const a2 = v128.load32_splat(a + third)
    s20 = madd(a2, b0, s20)
    s21 = madd(a2, b1, s21)
    const a3 = v128.load32_splat(a + fourth)
    s30 = madd(a3, b0, s30)
    s31 = madd(a3, b1, s31)
  }
  v128.store(c, s00), v128.store(c, s01, 16), v128.store(c1, s10), v128.store(c1, s11, 16)
  v128.store(c2, s20), v128.store(c2, s21, 16), v128.store(c3, s30), v128.store(c3, s31, 16)
}

/** The columns of one row from byte `from` on. */
function rest(a: usize, step: usize, depth: i32, b: usize, pitch: usize, c: usize, from: usize): void {
  let j = from
  for (; j + 16 <= pitch; j += 16) {
    let sum = v128.load(c + j)
    for (let k = 0, p = a, q = b + j; k < depth; k++, p += step, q += pitch) {
      sum = madd(v128.load32_splat(p), v128.load(q), sum)
    }
    v128.store(c + j, sum)
  }
  for (; j < pitch; j += 4) {
    let sum = load<f32>(c + j)
    for (let k = 0, p = a, q = b + j; k < depth; k++, p += step, q += pitch) sum += load<f32>(p) * load<f32>(q)
    store<f32>(c + j, sum)
  }
}
