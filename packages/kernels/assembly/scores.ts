import { madd } from './vector'

/** Queries that share a pass over the items, and items that are scored before their scores are compared. */
export const QUERIES: i32 = 64
export const ITEMS: i32 = 256
/** Bytes of the scores of a block. */
export const SCORES: usize = 65536

/** Packs eight items from `from` on as [width][8]; those beyond `count` are zeros. */
function pack(from: usize, count: i32, width: i32, to: usize): void {
  const bytes = <usize>width << 2
  if (count >= 8) {
    for (let z: usize = 0; z < bytes; z += 4, to += 32) {
      let p = from + z
      for (let k: usize = 0; k < 32; k += 4, p += bytes) store<f32>(to + k, load<f32>(p))
    }
    return
  }
  for (let z: usize = 0; z < bytes; z += 4, to += 32) {
    for (let k = 0; k < 8; k++) {
      store<f32>(to + (<usize>k << 2), k < count ? load<f32>(from + <usize>k * bytes + z) : 0)
    }
  }
}

/** Scores of four queries against eight packed items, one row of `row` bytes per query. */
// @ts-ignore: decorator
@inline
function tile(q0: usize, q1: usize, q2: usize, q3: usize, packed: usize, width: i32, out: usize, row: usize): void {
  let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00
  for (let z: usize = 0; z < <usize>width << 2; z += 4, packed += 32) {
    const b0 = v128.load(packed), b1 = v128.load(packed, 16)
    const s0 = v128.load32_splat(q0 + z)
    a00 = madd(s0, b0, a00)
    a01 = madd(s0, b1, a01)
    const s1 = v128.load32_splat(q1 + z)
    a10 = madd(s1, b0, a10)
    a11 = madd(s1, b1, a11)
    const s2 = v128.load32_splat(q2 + z)
    a20 = madd(s2, b0, a20)
    a21 = madd(s2, b1, a21)
    const s3 = v128.load32_splat(q3 + z)
    a30 = madd(s3, b0, a30)
    a31 = madd(s3, b1, a31)
  }
  v128.store(out, a00), v128.store(out, a01, 16), v128.store(out + row, a10), v128.store(out + row, a11, 16)
  v128.store(out + 2 * row, a20), v128.store(out + 2 * row, a21, 16)
  v128.store(out + 3 * row, a30), v128.store(out + 3 * row, a31, 16)
}

/**
 * Scores of n consecutive queries against eight packed items: a row of `row` bytes for each query, and for padding
 * queries up to a multiple of 4.
 */
// @ts-ignore: decorator
@inline
export function tiles(queries: usize, n: i32, packed: usize, width: i32, out: usize, row: usize): void {
  const bytes = <usize>width << 2
  for (let q = 0; q < n; q += 4) {
    // queries beyond the last are computed from the last and dropped
    const q1 = queries + <usize>min(q + 1, n - 1) * bytes, q2 = queries + <usize>min(q + 2, n - 1) * bytes
    const q3 = queries + <usize>min(q + 3, n - 1) * bytes
    tile(queries + <usize>q * bytes, q1, q2, q3, packed, width, out + <usize>q * row, row)
  }
}

/**
 * Scores of n queries against `many` items, at most ITEMS: a row of ITEMS scores for each query. Every score is summed
 * in the order of the lanes. `packed` has space for 8 items.
 */
export function score(queries: usize, n: i32, items: usize, many: i32, width: i32, packed: usize, scores: usize): void {
  for (let i = 0; i < many; i += 8) {
    pack(items + (<usize>(i * width) << 2), many - i, width, packed)
    tiles(queries, n, packed, width, scores + (<usize>i << 2), <usize>ITEMS << 2)
  }
}
