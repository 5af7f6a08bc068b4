import type { HalfStep, Solved } from '../kernels.js'
import { turn, widen } from './basis.js'
import { type Context, shared } from './context.js'
import { openLease } from './lease.js'
import { heaviestFirst } from './order.js'

/** The normal equations of `size` columns at a time of every row, the other columns held, in the eigenbasis of the Gram matrix. */
export const blocks = async (context: Context, half: HalfStep, size: number): Promise<Solved> => {
  const { heap, pool, threads } = context
  const { dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  if (!(size >= 1)) throw new Error(`needs blocks of at least 1 column, got ${size}`)
  const lease = openLease(heap)
  try {
    const wide = widen(context, lease, half, unobserved !== 0)
    const eigen = await turn(context, lease, half, wide)
    const order = lease.bytes(rows * 4)
    heaviestFirst(start, heap.int32(order, rows))
    const longest = heap.int32(order, 1)[0]!
    const most = start[longest + 1]! - start[longest]!
    const block = Math.min(Math.floor(size), dim)
    const padded = Math.ceil(block / 8) * 8
    const counts = lease.zeros(64)
    // scores, two panels of 32 rows, two matrices, two vectors
    const bytes = (most + 4) * 4 + (64 + 2 * padded + 2) * padded * 4 + 64
    const scratch = Array.from({ length: threads }, () => lease.zeros(bytes))
    const cells = [start, index, weight, target].map((array) => lease.input(array))
    const sides = [wide.solved, wide.fixed, wide.width, dim, block, rows, ...cells, unobserved]
    const args = [...sides, lease.input(ridge), order, eigen, most, counts]
    const flops = start[rows]! * dim * (block + 6) + rows * dim * block * block
    await pool.run(flops, shared('blocks', args, scratch, lease.zeros(64)))
    wide.finish()
    const [jittered, kept] = heap.int32(counts, 2)
    return { jittered: jittered!, kept: kept! }
  } finally {
    lease.end()
  }
}
