import type { HalfStep } from '../kernels.js'
import { eigenbasis } from './basis.js'
import { type Context, shared } from './context.js'
import type { Lease } from './lease.js'

/** Rows of at most so many cells for each number of a row, and at most so many in all, are cheaper by the system of their cells. */
const SHARE = 3 / 4
const MOST = 192
/** Narrower rows are solved as fast as they are. */
const NARROW = 16

/** What short rows are solved with; addresses. */
export interface Dual {
  /** Cells that a short row has at most; 0: no row is short, and nothing else is there. */
  readonly brief: number
  /** `fixed` where its Gram is diagonal, rows of `width` numbers, zeros behind. */
  readonly turned: number
  readonly width: number
  /** That Gram times `unobserved`. */
  readonly diagonal: number
  /** The matrix that turns a row back; 0: nothing turned. */
  readonly back: number
}

/** Operations that the systems of cells save, over all rows of at most `brief` cells. */
const saved = ({ start, dim }: HalfStep, brief: number): number => {
  let flops = 0
  for (let row = 0; row + 1 < start.length; row++) {
    const n = start[row + 1]! - start[row]!
    if (n > 0 && n <= brief) flops += n * dim * (dim - n) + (dim ** 3 - n ** 3) / 3 - 2 * dim * dim
  }
  return flops
}

/**
 * Prepares the systems of cells of short rows: a copy of `fixed`, at `table`, turned into the eigenbasis of `everyone`, its Gram. Where that would cost more than
 * the short rows save, none is short.
 */
export const openDual = async (
  context: Context,
  lease: Lease,
  half: HalfStep,
  table: number,
  everyone: Float64Array | undefined,
): Promise<Dual> => {
  const { heap, pool, threads } = context
  const { fixed, dim, unobserved } = half
  const width = Math.ceil(dim / 16) * 16
  const columns = fixed.length / dim
  const brief = Math.min(MOST, Math.floor(SHARE * dim))
  const cost = everyone ? 2 * columns * width * width + 20 * dim ** 3 : 0
  if (dim < NARROW || saved(half, brief) <= cost) return { brief: 0, turned: 0, width, diagonal: 0, back: 0 }
  const moved = width !== dim || everyone !== undefined
  const turned = moved ? lease.bytes(columns * width * 4) : table
  if (width !== dim) {
    heap.float32(turned, columns * width).fill(0)
    pool.here['repitch']!(table, dim * 4, turned, width * 4, dim * 4, columns)
  }
  if (!everyone) return { brief, turned, width, diagonal: lease.zeros(width * 4), back: 0 }
  const matrix = lease.bytes(dim * dim * 8)
  heap.float64(matrix, dim * dim).set(everyone)
  const { eigen, strips, back } = eigenbasis(context, lease, matrix, { dim, width, unobserved })
  const scratch = Array.from({ length: threads }, () => lease.bytes(64 * width * 4))
  const args = [width === dim ? table : turned, turned, columns, width * 4, strips]
  await pool.run(2 * columns * width * width, shared('rotate', args, scratch, lease.zeros(64)))
  return { brief, turned, width, diagonal: eigen, back }
}
