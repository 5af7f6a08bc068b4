import { madd } from '../vector'

/** Columns of B that are packed side by side. */
export const PANEL: i32 = 8
export const PANEL_BYTES: usize = 32

/**
 * C += A B for 4 rows of A and a panel of 8 columns of B; number (r, k) of A is at a + r · rowStep + k · step. V8 keeps
 * the eight accumulators in registers. Every number of C is summed in the order of k.
 */
// @ts-ignore: decorator
@inline
function tile(a: usize, rowStep: usize, step: usize, depth: i32, b: usize, c: usize, pitch: usize): void {
  const c1 = c + pitch, c2 = c1 + pitch, c3 = c2 + pitch
  let a1 = a + rowStep, a2 = a1 + rowStep, a3 = a2 + rowStep
  let s00 = v128.load(c), s01 = v128.load(c, 16), s10 = v128.load(c1), s11 = v128.load(c1, 16)
  let s20 = v128.load(c2), s21 = v128.load(c2, 16), s30 = v128.load(c3), s31 = v128.load(c3, 16)
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    const x0 = v128.load32_splat(a)
    s00 = madd(x0, b0, s00)
    s01 = madd(x0, b1, s01)
    const x1 = v128.load32_splat(a1)
    s10 = madd(x1, b0, s10)
    s11 = madd(x1, b1, s11)
    const x2 = v128.load32_splat(a2)
    s20 = madd(x2, b0, s20)
    s21 = madd(x2, b1, s21)
    const x3 = v128.load32_splat(a3)
    s30 = madd(x3, b0, s30)
    s31 = madd(x3, b1, s31)
    a += step, a1 += step, a2 += step, a3 += step, b += PANEL_BYTES
  }
  v128.store(c, s00), v128.store(c, s01, 16), v128.store(c1, s10), v128.store(c1, s11, 16)
  v128.store(c2, s20), v128.store(c2, s21, 16), v128.store(c3, s30), v128.store(c3, s31, 16)
}

/**
 * Packs `columns` columns of B into panels of 8, padded with zeros: number (k, j) of B is at b + k · step + j · column.
 * A panel is [depth, 8]; its rows from `from` on are packed, `count` of them, of which b is the first.
 */
export function pack(
  b: usize, step: usize, column: usize, depth: i32, from: i32, count: i32, columns: i32, panels: usize,
): void {
  const panelBytes = <usize>depth * PANEL_BYTES
  let first = panels + <usize>from * PANEL_BYTES
  for (let j = 0; j < columns; j += PANEL, first += panelBytes) {
    const width = min(PANEL, columns - j)
    let source = b + <usize>j * column, to = first
    if (width == PANEL && column == 4) {
      for (let k = 0; k < count; k++, source += step, to += PANEL_BYTES) {
        v128.store(to, v128.load(source))
        v128.store(to, v128.load(source, 16), 16)
      }
    } else if (width == PANEL && step == 4) packTransposed(source, column, count, to)
    else {
      for (let k = 0; k < count; k++, source += step, to += PANEL_BYTES) {
        v128.store(to, f32x4.splat(0))
        v128.store(to, f32x4.splat(0), 16)
        for (let lane = 0; lane < width; lane++)
          store<f32>(to + (<usize>lane << 2), load<f32>(source + <usize>lane * column))
      }
    }
  }
}

/** A panel of 8 rows of a matrix with contiguous rows, four numbers of four rows at a time. */
function packTransposed(from: usize, column: usize, depth: i32, panel: usize): void {
  for (let half: usize = 0; half < 2; half++) {
    const r0 = from + half * 4 * column, r1 = r0 + column, r2 = r1 + column, r3 = r2 + column
    const to = panel + half * 16
    let k = 0
    for (; k + 4 <= depth; k += 4) {
      const at = <usize>k << 2
      const x0 = v128.load(r0 + at), x1 = v128.load(r1 + at), x2 = v128.load(r2 + at), x3 = v128.load(r3 + at)
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
      const place = to + <usize>k * PANEL_BYTES
      v128.store(place, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
      v128.store(place, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32)
      v128.store(place, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64)
      v128.store(place, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96)
    }
    for (; k < depth; k++) {
      const at = <usize>k << 2, place = to + <usize>k * PANEL_BYTES
      store<f32>(place, load<f32>(r0 + at))
      store<f32>(place, load<f32>(r1 + at), 4)
      store<f32>(place, load<f32>(r2 + at), 8)
      store<f32>(place, load<f32>(r3 + at), 12)
    }
  }
}

/** Depth of a tile at most: a panel of it stays in the first-level cache. */
const CHUNK: i32 = 256

/**
 * C += A B for packed panels of B, any number of rows, and `columns` columns; `spare` has space for 128 bytes.
 * `depth` is that of the panels.
 */
export function multiply(
  a: usize, rowStep: usize, step: usize, rows: i32, depth: i32, panels: usize, columns: i32, out: usize, pitch: usize,
  spare: usize,
): void {
  multiplyPart(a, rowStep, step, rows, depth, panels, depth, columns, out, pitch, spare)
}

/** The same for `depth` rows of panels that have `panelDepth`; `panels` is the address of the first of them. */
export function multiplyPart(
  a: usize, rowStep: usize, step: usize, rows: i32, depth: i32, panels: usize, panelDepth: i32, columns: i32,
  out: usize, pitch: usize, spare: usize,
): void {
  for (let k = 0; k < depth; k += CHUNK) {
    const length = min(CHUNK, depth - k)
    const start = a + <usize>k * step
    for (let j = 0; j < columns; j += PANEL) {
      const panel = panels + (<usize>j * <usize>panelDepth << 2) + <usize>k * PANEL_BYTES
      const width = min(PANEL, columns - j)
      const to = out + (<usize>j << 2)
      let r = 0
      if (width == PANEL)
        for (; r + 4 <= rows; r += 4)
          tile(start + <usize>r * rowStep, rowStep, step, length, panel, to + <usize>r * pitch, pitch)
      for (; r < rows; r += 4) {
        const from = start + <usize>r * rowStep, c = to + <usize>r * pitch
        part(from, rowStep, step, length, panel, c, pitch, min(4, rows - r), width, spare)
      }
    }
  }
}

/** A tile of fewer than 4 rows or 8 columns, computed in `spare`. */
function part(
  a: usize, rowStep: usize, step: usize, depth: i32, panel: usize, c: usize, pitch: usize, rows: i32, width: i32,
  spare: usize,
): void {
  for (let r = 0; r < 4; r++) {
    const row = spare + (<usize>r << 5)
    v128.store(row, f32x4.splat(0))
    v128.store(row, f32x4.splat(0), 16)
    if (r < rows)
      for (let j = 0; j < width; j++)
        store<f32>(row + (<usize>j << 2), load<f32>(c + <usize>r * pitch + (<usize>j << 2)))
  }
  if (rows == 4) tile(a, rowStep, step, depth, panel, spare, PANEL_BYTES)
  else for (let r = 0; r < rows; r++) single(a + <usize>r * rowStep, step, depth, panel, spare + (<usize>r << 5))
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < width; j++)
      store<f32>(c + <usize>r * pitch + (<usize>j << 2), load<f32>(spare + (<usize>r << 5) + (<usize>j << 2)))
}

/** One row of A. */
function single(a: usize, step: usize, depth: i32, b: usize, c: usize): void {
  let s0 = v128.load(c), s1 = v128.load(c, 16)
  for (let k = 0; k < depth; k++, a += step, b += PANEL_BYTES) {
    const x = v128.load32_splat(a)
    s0 = madd(x, v128.load(b), s0)
    s1 = madd(x, v128.load(b, 16), s1)
  }
  v128.store(c, s0)
  v128.store(c, s1, 16)
}
