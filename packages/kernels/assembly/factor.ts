import { minus } from './syrk'
import { madd, sum } from './vector'

/** x − u · y with u read from memory and splat. */
// @ts-ignore: decorator
@inline
function less(u: usize, offset: usize, y: v128, x: v128): v128 {
  return f32x4.sub(x, f32x4.mul(v128.load32_splat(u + offset), y))
}

/**
 * A = UᵀU on the upper triangle, in place, eight rows at a time; the width is `pitch` bytes, a multiple of 32. False when a pivot
 * is not above 1e-6 of its diagonal, where float32 no longer tells it from 0.
 */
export function factor(A: usize, pitch: usize): bool {
  for (let k: usize = 0; k < pitch; k += 32) {
    const first = A + (k >> 2) * pitch
    // The diagonal block, row by row; what stood on the diagonal before the block is all the pivot test can see of it.
    for (let c: usize = 0; c < 32; c += 4) {
      const row = first + (c >> 2) * pitch + k
      let pivot = load<f32>(row + c)
      const before = pivot
      for (let s: usize = 0; s < c; s += 4) {
        const u = load<f32>(first + (s >> 2) * pitch + k + c)
        pivot -= u * u
      }
      if (!(pivot > <f32>1e-6 * before) || !(pivot < <f32>1e38)) return false
      const root = sqrt(pivot), inverse: f32 = 1 / root
      store<f32>(row + c, root)
      for (let j = c + 4; j < 32; j += 4) {
        let v = load<f32>(row + j)
        for (let s: usize = 0; s < c; s += 4) {
          const above = first + (s >> 2) * pitch + k
          v -= load<f32>(above + c) * load<f32>(above + j)
        }
        store<f32>(row + j, v * inverse)
      }
    }
    const r1 = first + pitch, r2 = r1 + pitch, r3 = r2 + pitch, r4 = r3 + pitch, r5 = r4 + pitch, r6 = r5 + pitch, r7 = r6 + pitch
    const i0 = f32x4.splat(1 / load<f32>(first + k)), i1 = f32x4.splat(1 / load<f32>(r1 + k, 4))
    const i2 = f32x4.splat(1 / load<f32>(r2 + k, 8)), i3 = f32x4.splat(1 / load<f32>(r3 + k, 12))
    const i4 = f32x4.splat(1 / load<f32>(r4 + k, 16)), i5 = f32x4.splat(1 / load<f32>(r5 + k, 20))
    const i6 = f32x4.splat(1 / load<f32>(r6 + k, 24)), i7 = f32x4.splat(1 / load<f32>(r7 + k, 28))
    const u0 = first + k, u1 = r1 + k, u2 = r2 + k, u3 = r3 + k, u4 = r4 + k, u5 = r5 + k, u6 = r6 + k
    for (let j = k + 32; j < pitch; j += 16) {
      const x0 = f32x4.mul(v128.load(first + j), i0)
      let x1 = less(u0, 4, x0, v128.load(r1 + j))
      x1 = f32x4.mul(x1, i1)
      let x2 = less(u0, 8, x0, v128.load(r2 + j))
      x2 = f32x4.mul(less(u1, 8, x1, x2), i2)
      let x3 = less(u0, 12, x0, v128.load(r3 + j))
      x3 = f32x4.mul(less(u2, 12, x2, less(u1, 12, x1, x3)), i3)
      let x4 = less(u0, 16, x0, v128.load(r4 + j))
      x4 = f32x4.mul(less(u3, 16, x3, less(u2, 16, x2, less(u1, 16, x1, x4))), i4)
      let x5 = less(u0, 20, x0, v128.load(r5 + j))
      x5 = f32x4.mul(less(u4, 20, x4, less(u3, 20, x3, less(u2, 20, x2, less(u1, 20, x1, x5)))), i5)
      let x6 = less(u1, 24, x1, less(u0, 24, x0, v128.load(r6 + j)))
      x6 = f32x4.mul(less(u5, 24, x5, less(u4, 24, x4, less(u3, 24, x3, less(u2, 24, x2, x6)))), i6)
      let x7 = less(u2, 28, x2, less(u1, 28, x1, less(u0, 28, x0, v128.load(r7 + j))))
      x7 = f32x4.mul(less(u6, 28, x6, less(u5, 28, x5, less(u4, 28, x4, less(u3, 28, x3, x7)))), i7)
      v128.store(first + j, x0), v128.store(r1 + j, x1), v128.store(r2 + j, x2), v128.store(r3 + j, x3)
      v128.store(r4 + j, x4), v128.store(r5 + j, x5), v128.store(r6 + j, x6), v128.store(r7 + j, x7)
    }
    if (k + 32 < pitch) minus(first, 8, pitch, A, k + 32)
  }
  return true
}

/** b ← (UᵀU)⁻¹ b: forward by adding rows, backward by dot products, so that rows are read as they lie. */
export function substitute(U: usize, pitch: usize, b: usize): void {
  let row = U
  for (let i: usize = 0; i < pitch; i += 4, row += pitch) {
    const x = load<f32>(b + i) / load<f32>(row + i)
    store<f32>(b + i, x)
    let j = i + 4
    for (; j & 15; j += 4) store<f32>(b + j, load<f32>(b + j) - x * load<f32>(row + j))
    const factor = f32x4.splat(-x)
    for (; j < pitch; j += 16) v128.store(b + j, madd(factor, v128.load(row + j), v128.load(b + j)))
  }
  for (let i = pitch; i > 0; ) {
    i -= 4
    row -= pitch
    let x = load<f32>(b + i)
    let j = i + 4
    for (; j & 15; j += 4) x -= load<f32>(row + j) * load<f32>(b + j)
    let s = f32x4.splat(0)
    for (; j < pitch; j += 16) s = madd(v128.load(row + j), v128.load(b + j), s)
    store<f32>(b + i, (x - sum(s)) / load<f32>(row + i))
  }
}
