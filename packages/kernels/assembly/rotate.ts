import { tiles } from './scores'
import { plus } from './syrk'
import { copy } from './vector'

/** Rows that are rotated at a time, and rows whose Gram matrix is summed in float32 at a time. */
const PANEL: i32 = 64
const FLUSH: i32 = 256

/** Copies `bytes` of each row from rows of `fromRow` bytes to rows of `toRow` bytes; the rest of a wider row stays. */
export function repitch(from: usize, fromRow: usize, to: usize, toRow: usize, bytes: usize, rows: i32): void {
  for (let r = 0; r < rows; r++, from += fromRow, to += toRow) copy(to, from, bytes)
}

/** Bytes of scratch of `rotate`, `row` in bytes. */
export function rotateScratch(row: usize): f64 {
  return <f64>PANEL * <f64>row
}

/**
 * to ← from · Q for rows of `row` bytes, a multiple of 32; `to` may be `from`. Q is stored in strips of 8 columns, each
 * [width, 8], so that a strip stays in the first-level cache for a panel of rows.
 */
export function rotate(from: usize, to: usize, rows: i32, row: usize, Q: usize, scratch: usize, cursor: usize): void {
  for (;;) {
    const begin = atomic.add<i32>(cursor, PANEL), n = min(rows - begin, PANEL)
    if (n <= 0) return
    const panel = from + <usize>begin * row
    let strip = Q
    for (let j: usize = 0; j < row; j += 32, strip += row << 3) {
      tiles(panel, n, strip, <i32>(row >> 2), scratch + j, row)
    }
    memory.copy(to + <usize>begin * row, scratch, <usize>n * row)
  }
}

/** Bytes of scratch of `spectrum`, `row` in bytes. */
export function spectrumScratch(row: usize): f64 {
  return <f64>(row >> 2) * <f64>row
}

/**
 * The upper triangle of Σ outer products for each fixed block of `size` rows, into float64 partials [blocks, width,
 * width], zeroed: float32 tiles for 256 rows at a time. `row` in bytes, a multiple of 32.
 */
export function spectrum(
  values: usize, rows: i32, row: usize, size: i32, partials: usize, scratch: usize, cursor: usize,
): void {
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
          const two = f64x2.promote_low_f32x4(v128.load64_zero(scratch + i * row + (j << 2)))
          v128.store(to, f64x2.add(v128.load(to), two))
        }
      }
    }
  }
}
