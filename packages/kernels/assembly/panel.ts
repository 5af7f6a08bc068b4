import { at, madd } from './vector'

/** Bytes of rows of `fixed` that are gathered at a time, which fit the first-level cache; least and most rows. */
const KEPT: usize = 24576
const LEAST: i32 = 32
export const MOST: i32 = 96

/** How many rows of `pitch` bytes are gathered at a time. */
// @ts-ignore: decorator
@inline
export function panel(pitch: usize): i32 {
  return min(MOST, max(LEAST, <i32>(KEPT / pitch)))
}

/**
 * Gathers n rows of `fixed`, `bytes` each, to P, whose rows are `pitch` bytes. One number of every cache line is read
 * first, so that many reads are in flight at once; returning their sum keeps the compiler from dropping them.
 */
export function collect(P: usize, fixed: usize, bytes: usize, own: usize, n: i32, pitch: usize): f32 {
  let sum: f32 = 0
  for (let k = 0; k < n; k++) {
    const y = fixed + <usize>at(own, k) * bytes
    for (let z: usize = 0; z < bytes; z += 64) sum += load<f32>(y + z)
  }
  for (let k = 0; k < n; k++, P += pitch) {
    const y = fixed + <usize>at(own, k) * bytes
    let z: usize = 0
    for (; z + 64 <= bytes; z += 64) {
      const a = v128.load(y + z), b = v128.load(y + z, 16), c = v128.load(y + z, 32), d = v128.load(y + z, 48)
      v128.store(P + z, a), v128.store(P + z, b, 16), v128.store(P + z, c, 32), v128.store(P + z, d, 48)
    }
    for (; z + 16 <= bytes; z += 16) v128.store(P + z, v128.load(y + z))
    for (; z < bytes; z += 4) store<f32>(P + z, load<f32>(y + z))
  }
  return sum
}

/** b ← Σ factor[k] · P[k] over n rows of `pitch` bytes, a multiple of 32. */
export function combine(b: usize, P: usize, factor: usize, n: i32, pitch: usize): void {
  let z: usize = 0
  for (; z + 128 <= pitch; z += 128) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
    let p = P + z
    for (let k: usize = 0; k < <usize>n << 2; k += 4, p += pitch) {
      const s = v128.load32_splat(factor + k)
      a0 = madd(s, v128.load(p), a0)
      a1 = madd(s, v128.load(p, 16), a1)
      a2 = madd(s, v128.load(p, 32), a2)
      a3 = madd(s, v128.load(p, 48), a3)
      a4 = madd(s, v128.load(p, 64), a4)
      a5 = madd(s, v128.load(p, 80), a5)
      a6 = madd(s, v128.load(p, 96), a6)
      a7 = madd(s, v128.load(p, 112), a7)
    }
    v128.store(b + z, a0), v128.store(b + z, a1, 16), v128.store(b + z, a2, 32), v128.store(b + z, a3, 48)
    v128.store(b + z, a4, 64), v128.store(b + z, a5, 80), v128.store(b + z, a6, 96), v128.store(b + z, a7, 112)
  }
  for (; z < pitch; z += 32) {
    let a0 = f32x4.splat(0), a1 = a0
    let p = P + z
    for (let k: usize = 0; k < <usize>n << 2; k += 4, p += pitch) {
      const s = v128.load32_splat(factor + k)
      a0 = madd(s, v128.load(p), a0)
      a1 = madd(s, v128.load(p, 16), a1)
    }
    v128.store(b + z, a0), v128.store(b + z, a1, 16)
  }
}
