import { plus } from './syrk'
import { copy, madd } from './vector'

/** Rows that are rotated, and rows whose Gram is added up in float32, at a time. */
const PANEL: i32 = 64
const FLUSH: i32 = 256

/** Rows of one width laid out at another: `bytes` of each are copied, the rest of the wider row stays. */
export function repitch(from: usize, fromRow: usize, to: usize, toRow: usize, bytes: usize, rows: i32): void {
  for (let r = 0; r < rows; r++, from += fromRow, to += toRow) copy(to, from, bytes)
}

/**
 * to ← from · Q for rows of `row` bytes, a multiple of 32; `to` may be `from`. Q lies in strips of 8 columns, each [width, 8], so that a
 * strip stays in the nearest cache for a panel of rows. `scratch` holds 64 rows.
 */
export function rotate(from: usize, to: usize, rows: i32, row: usize, Q: usize, scratch: usize, cursor: usize): void {
  for (;;) {
    const begin = atomic.add<i32>(cursor, PANEL), n = min(rows - begin, PANEL)
    if (n <= 0) return
    const panel = from + <usize>begin * row
    let strip = Q
    for (let j: usize = 0; j < row; j += 32, strip += row << 3) {
      for (let r = 0; r < n; r += 4) {
        // rows beyond the last are computed from the last and land in the scratch only
        const x0 = panel + <usize>r * row, x1 = panel + <usize>min(r + 1, n - 1) * row
        const x2 = panel + <usize>min(r + 2, n - 1) * row, x3 = panel + <usize>min(r + 3, n - 1) * row
        let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00
        let q = strip
        for (let k: usize = 0; k < row; k += 4, q += 32) {
          const b0 = v128.load(q), b1 = v128.load(q, 16)
          const s0 = v128.load32_splat(x0 + k)
          a00 = madd(s0, b0, a00)
          a01 = madd(s0, b1, a01)
          const s1 = v128.load32_splat(x1 + k)
          a10 = madd(s1, b0, a10)
          a11 = madd(s1, b1, a11)
          const s2 = v128.load32_splat(x2 + k)
          a20 = madd(s2, b0, a20)
          a21 = madd(s2, b1, a21)
          const s3 = v128.load32_splat(x3 + k)
          a30 = madd(s3, b0, a30)
          a31 = madd(s3, b1, a31)
        }
        const o = scratch + <usize>r * row + j
        v128.store(o, a00), v128.store(o, a01, 16), v128.store(o + row, a10), v128.store(o + row, a11, 16)
        v128.store(o + 2 * row, a20), v128.store(o + 2 * row, a21, 16), v128.store(o + 3 * row, a30), v128.store(o + 3 * row, a31, 16)
      }
    }
    memory.copy(to + <usize>begin * row, scratch, <usize>n * row)
  }
}

/**
 * The upper triangle of Σ outer products for each fixed block of `size` rows, into float64 partials [blocks, width, width], zeroed:
 * float32 tiles for 256 rows at a time. `row` in bytes, a multiple of 32; `scratch` holds width rows.
 */
export function spectrum(values: usize, rows: i32, row: usize, size: i32, partials: usize, scratch: usize, cursor: usize): void {
  const blocks = (rows + size - 1) / size, width = row >> 2
  for (;;) {
    const block = atomic.add<i32>(cursor, 1)
    if (block >= blocks) return
    const C = partials + <usize>block * width * (row << 1), end = min(rows, (block + 1) * size)
    for (let begin = block * size; begin < end; begin += FLUSH) {
      const last = min(end, begin + FLUSH)
      memory.fill(scratch, 0, width * row)
      for (let k = begin; k < last; k += 32) {
        const P = values + <usize>k * row
        plus(P, P, min(32, last - k), row, scratch)
      }
      for (let i: usize = 0; i < width; i++) {
        for (let j = i & ~3; j < width; j += 2) {
          const to = C + i * (row << 1) + (j << 3)
          v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v128.load64_zero(scratch + i * row + (j << 2)))))
        }
      }
    }
  }
}
