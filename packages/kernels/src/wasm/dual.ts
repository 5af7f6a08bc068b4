import type { HalfStep } from '../halfstep.js'
import { eigenbasis } from './basis.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import type { Scratch } from './scratch.js'

/**
 * Rows with at most this many cells per number of a row, and at most this many in all, are cheaper by their dual
 * system.
 */
const SHARE = 3 / 4
const MAX_CELLS = 192
/** For narrower rows the dual system saves nothing. */
const MIN_DIM = 16

/** What the dual systems of short rows need; addresses. */
export interface Dual {
  /** Most cells of a short row; 0: no row is short, and the rest is unset. */
  readonly maxCells: number
  /** `fixed` in the eigenbasis of its Gram matrix, rows of `width` numbers, padded with zeros. */
  readonly rotated: number
  readonly width: number
  /** The eigenvalues times `unobserved`. */
  readonly diagonal: number
  /** The matrix that rotates a solution back; 0: the basis is unchanged. */
  readonly back: number
}

/** Operations that dual systems save over all rows of at most `maxCells` cells. */
const saved = ({ start, dim }: HalfStep, maxCells: number): number => {
  let flops = 0
  for (let row = 0; row + 1 < start.length; row++) {
    const n = start[row + 1]! - start[row]!
    if (n > 0 && n <= maxCells) flops += n * dim * (dim - n) + (dim ** 3 - n ** 3) / 3 - 2 * dim * dim
  }
  return flops
}

/**
 * Prepares the dual systems of short rows: a copy of `fixed`, which is at `table`, rotated into the eigenbasis of
 * `everyone`, its Gram matrix. Where that costs more than it saves, no row counts as short.
 */
export const openDual = async (
  context: Context,
  scratch: Scratch,
  half: HalfStep,
  table: number,
  everyone: Float64Array | undefined,
): Promise<Dual> => {
  const { heap, pool, threads } = context
  const { fixed, dim, unobserved } = half
  const width = Math.ceil(dim / 16) * 16
  const columns = fixed.length / dim
  const maxCells = Math.min(MAX_CELLS, Math.floor(SHARE * dim))
  const cost = everyone ? 2 * columns * width * width + 20 * dim ** 3 : 0
  if (dim < MIN_DIM || saved(half, maxCells) <= cost) return { maxCells: 0, rotated: 0, width, diagonal: 0, back: 0 }
  const copied = width !== dim || everyone !== undefined
  const rotated = copied ? scratch.bytes(columns * width * 4) : table
  if (width !== dim) {
    heap.float32(rotated, columns * width).fill(0)
    const sizes = { fromRow: dim * 4, toRow: width * 4, bytes: dim * 4, rows: columns }
    invoke(pool.here, 'repitch', { from: table, to: rotated, ...sizes })
  }
  if (!everyone) return { maxCells, rotated, width, diagonal: scratch.zeros(width * 4), back: 0 }
  const matrix = scratch.bytes(dim * dim * 8)
  heap.float64(matrix, dim * dim).set(everyone)
  const { eigen, strips, back } = eigenbasis(context, scratch, matrix, { dim, width, unobserved })
  const row = width * 4
  const bytes = invoke(pool.here, 'rotateScratch', { row })
  const own = Array.from({ length: threads }, () => scratch.bytes(bytes))
  const args = { from: width === dim ? table : rotated, to: rotated, rows: columns, row, Q: strips }
  await pool.run(2 * columns * width * width, perThread('rotate', args, own, scratch.cursor()))
  return { maxCells, rotated, width, diagonal: eigen, back }
}
