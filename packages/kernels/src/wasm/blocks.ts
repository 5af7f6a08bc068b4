import type { HalfStep, LeastSquaresReport } from '../halfstep.js'
import { rotateToEigenbasis, widen } from './basis.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { longestFirst } from './rowlengths.js'
import { withScratchAsync } from './scratch.js'

/**
 * The normal equations of `size` columns at a time of every row, the others fixed, in the eigenbasis of the Gram
 * matrix.
 */
export const blocks = async (context: Context, half: HalfStep, size: number): Promise<LeastSquaresReport> => {
  const { heap, pool, threads } = context
  const { dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  if (!(size >= 1)) throw new Error(`needs blocks of at least 1 column, got ${size}`)
  return withScratchAsync(heap, async (scratch) => {
    const wide = widen(context, scratch, half, unobserved !== 0)
    const eigen = await rotateToEigenbasis(context, scratch, half, wide)
    const order = scratch.bytes(rows * 4)
    longestFirst(start, heap.int32(order, rows))
    const longest = heap.int32(order, 1)[0]!
    const block = Math.min(Math.floor(size), dim)
    const counts = scratch.zeros(64)
    const bytes = invoke(pool.here, 'blocksScratch', { block, cells: start[longest + 1]! - start[longest]! })
    const own = Array.from({ length: threads }, () => scratch.zeros(bytes))
    const args = {
      ...{ solved: wide.solved, fixed: wide.fixed, width: wide.width, dim, block, rows },
      ...{ start: scratch.input(start), index: scratch.input(index) },
      ...{ weight: scratch.input(weight), target: scratch.input(target), unobserved },
      ...{ ridge: scratch.input(ridge), order, eigen, counts },
    }
    const flops = start[rows]! * dim * (block + 6) + rows * dim * block * block
    await pool.run(flops, perThread('blocks', args, own, scratch.cursor()))
    wide.finish()
    const [jittered, kept] = heap.int32(counts, 2)
    return { jittered: jittered!, kept: kept! }
  })
}
