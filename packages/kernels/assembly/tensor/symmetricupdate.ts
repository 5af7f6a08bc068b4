import { madd } from '../vector'

/**
 * C += A B on the lower triangle of C [size, size], for interleaved rows A [size, depth] and panels B [depth, size].
 * Blocks of `block` rows or columns with the number `skipped` stay.
 */
@unmanaged
class SymmetricUpdateJob {
  /** [size / 4, depth, 4]. */
  rows: usize
  /** [size / 8, depth, 8]. */
  panels: usize
  c: usize
  size: i32
  depth: i32
  /** Rows and columns of a task; a multiple of 8. */
  block: i32
  skipped: i32
}

/** C += A B for 4 interleaved rows and a panel of 8 columns, in the order of k. */
// @ts-ignore: decorator
@inline
function tile(a: usize, b: usize, depth: i32, c: usize, pitch: usize): void {
  const c1 = c + pitch, c2 = c1 + pitch, c3 = c2 + pitch
  let s00 = v128.load(c), s01 = v128.load(c, 16), s10 = v128.load(c1), s11 = v128.load(c1, 16)
  let s20 = v128.load(c2), s21 = v128.load(c2, 16), s30 = v128.load(c3), s31 = v128.load(c3, 16)
  const end = a + (<usize>depth << 4)
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    const x0 = v128.load32_splat(a)
    s00 = madd(x0, b0, s00)
    s01 = madd(x0, b1, s01)
    const x1 = v128.load32_splat(a, 4)
    s10 = madd(x1, b0, s10)
    s11 = madd(x1, b1, s11)
    const x2 = v128.load32_splat(a, 8)
    s20 = madd(x2, b0, s20)
    s21 = madd(x2, b1, s21)
    const x3 = v128.load32_splat(a, 12)
    s30 = madd(x3, b0, s30)
    s31 = madd(x3, b1, s31)
    a += 16
    b += 32
  } while (a < end)
  v128.store(c, s00), v128.store(c, s01, 16), v128.store(c1, s10), v128.store(c1, s11, 16)
  v128.store(c2, s20), v128.store(c2, s21, 16), v128.store(c3, s30), v128.store(c3, s31, 16)
}

/** A tile of fewer than 4 rows or 8 columns, by way of `spare`, which has 128 bytes. */
function part(
  a: usize, b: usize, depth: i32, c: usize, pitch: usize, rows: i32, columns: i32, spare: usize,
): void {
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < columns; j++)
      store<f32>(spare + (<usize>(r * 8 + j) << 2), load<f32>(c + <usize>r * pitch + (<usize>j << 2)))
  tile(a, b, depth, spare, 32)
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < columns; j++)
      store<f32>(c + <usize>r * pitch + (<usize>j << 2), load<f32>(spare + (<usize>(r * 8 + j) << 2)))
}

/** Task (block of rows, block of columns), row by row of the triangle of blocks. */
export function symmetricUpdate(address: usize, task: i32, scratch: usize): void {
  const job = changetype<SymmetricUpdateJob>(address)
  let i = <i32>((sqrt<f64>(8 * <f64>task + 1) - 1) / 2)
  while (i * (i + 1) / 2 > task) i--
  while ((i + 1) * (i + 2) / 2 <= task) i++
  const j = task - i * (i + 1) / 2
  if (i == job.skipped || j == job.skipped) return
  const pitch = <usize>job.size << 2, depth = job.depth
  const firstRow = i * job.block, lastRow = min(job.size, firstRow + job.block)
  const firstColumn = j * job.block, lastColumn = min(job.size, firstColumn + job.block)
  for (let column = firstColumn; column < lastColumn; column += 8) {
    const panel = job.panels + (<usize>column * <usize>depth << 2)
    // on the diagonal only tiles that touch the lower triangle
    for (let row = max(firstRow, column); row < lastRow; row += 4) {
      const a = job.rows + (<usize>row * <usize>depth << 2)
      const c = job.c + <usize>row * pitch + (<usize>column << 2)
      if (row + 4 <= lastRow && column + 8 <= lastColumn) tile(a, panel, depth, c, pitch)
      else part(a, panel, depth, c, pitch, min(4, lastRow - row), min(8, lastColumn - column), scratch)
    }
  }
}
