import { madd } from './vector'

/**
 * C[i][j] ± Σ_k Q[k][i] · P[k][j] on the 4 × 8 tiles that touch the upper triangle of rows and columns `from` … pitch, in
 * bytes, `from` a multiple of 32. Eight accumulators are what V8 keeps in registers.
 */
// @ts-ignore: decorator
@inline
function tiles(P: usize, Q: usize, n: i32, pitch: usize, C: usize, from: usize, minus: bool): void {
  for (let j = from; j < pitch; j += 32) {
    for (let i = from; i < j + 32; i += 16) {
      const c0 = C + (i >> 2) * pitch + j, c1 = c0 + pitch, c2 = c1 + pitch, c3 = c2 + pitch
      let a00 = v128.load(c0), a01 = v128.load(c0, 16), a10 = v128.load(c1), a11 = v128.load(c1, 16)
      let a20 = v128.load(c2), a21 = v128.load(c2, 16), a30 = v128.load(c3), a31 = v128.load(c3, 16)
      let p = P + j, q = Q + i
      for (let k = 0; k < n; k++, p += pitch, q += pitch) {
        let b0 = v128.load(p), b1 = v128.load(p, 16)
        if (minus) {
          b0 = f32x4.neg(b0)
          b1 = f32x4.neg(b1)
        }
        const s0 = v128.load32_splat(q)
        a00 = madd(s0, b0, a00)
        a01 = madd(s0, b1, a01)
        const s1 = v128.load32_splat(q, 4)
        a10 = madd(s1, b0, a10)
        a11 = madd(s1, b1, a11)
        const s2 = v128.load32_splat(q, 8)
        a20 = madd(s2, b0, a20)
        a21 = madd(s2, b1, a21)
        const s3 = v128.load32_splat(q, 12)
        a30 = madd(s3, b0, a30)
        a31 = madd(s3, b1, a31)
      }
      v128.store(c0, a00), v128.store(c0, a01, 16), v128.store(c1, a10), v128.store(c1, a11, 16)
      v128.store(c2, a20), v128.store(c2, a21, 16), v128.store(c3, a30), v128.store(c3, a31, 16)
    }
  }
}

/** C += QᵀP, upper triangle. */
export function plus(P: usize, Q: usize, n: i32, pitch: usize, C: usize): void {
  tiles(P, Q, n, pitch, C, 0, false)
}

/** C −= PᵀP from column `from` on, upper triangle. */
export function minus(P: usize, n: i32, pitch: usize, C: usize, from: usize): void {
  tiles(P, P, n, pitch, C, from, true)
}
