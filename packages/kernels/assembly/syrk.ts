import { madd } from './vector'

/**
 * C[i][j] += Σ_k Q[k][i] · P[k][j] on the 4 × 8 tiles that touch the upper triangle, for n rows of `pitch` bytes, a
 * multiple of 32. V8 keeps the eight accumulators of a tile in registers.
 */
export function plus(P: usize, Q: usize, n: i32, pitch: usize, C: usize): void {
  for (let j: usize = 0; j < pitch; j += 32) {
    for (let i: usize = 0; i <= j; i += 16) {
      const c0 = C + (i >> 2) * pitch + j, c1 = c0 + pitch, c2 = c1 + pitch, c3 = c2 + pitch
      let a00 = v128.load(c0), a01 = v128.load(c0, 16), a10 = v128.load(c1), a11 = v128.load(c1, 16)
      let a20 = v128.load(c2), a21 = v128.load(c2, 16), a30 = v128.load(c3), a31 = v128.load(c3, 16)
      let p = P + j, q = Q + i
      for (let k = 0; k < n; k++, p += pitch, q += pitch) {
        const b0 = v128.load(p), b1 = v128.load(p, 16)
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
  // the lower right quarters of the 8 × 8 blocks on the diagonal, two at a time, the last one alone if there is one
  for (let i: usize = 16; i < pitch; i += 64) {
    const both = i + 32 < pitch, l = both ? i + 32 : i
    const c0 = C + (i >> 2) * pitch + i, c1 = c0 + pitch, c2 = c1 + pitch, c3 = c2 + pitch
    const d0 = C + (l >> 2) * pitch + l, d1 = d0 + pitch, d2 = d1 + pitch, d3 = d2 + pitch
    let a0 = v128.load(c0), a1 = v128.load(c1), a2 = v128.load(c2), a3 = v128.load(c3)
    let e0 = v128.load(d0), e1 = v128.load(d1), e2 = v128.load(d2), e3 = v128.load(d3)
    let p = P + i, q = Q + i, r = P + l, s = Q + l
    for (let k = 0; k < n; k++, p += pitch, q += pitch, r += pitch, s += pitch) {
      const b = v128.load(p), c = v128.load(r)
      a0 = madd(v128.load32_splat(q), b, a0)
      a1 = madd(v128.load32_splat(q, 4), b, a1)
      a2 = madd(v128.load32_splat(q, 8), b, a2)
      a3 = madd(v128.load32_splat(q, 12), b, a3)
      e0 = madd(v128.load32_splat(s), c, e0)
      e1 = madd(v128.load32_splat(s, 4), c, e1)
      e2 = madd(v128.load32_splat(s, 8), c, e2)
      e3 = madd(v128.load32_splat(s, 12), c, e3)
    }
    v128.store(c0, a0), v128.store(c1, a1), v128.store(c2, a2), v128.store(c3, a3)
    if (both) v128.store(d0, e0), v128.store(d1, e1), v128.store(d2, e2), v128.store(d3, e3)
  }
}
