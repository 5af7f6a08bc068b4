import type { RankCounts } from '../countranks.js'
import type { Sparse } from '../sparse.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { withScratchAsync } from './scratch.js'

/** How many rows score higher than each held row, and how many the same. */
export const countRanks = async (
  { heap, pool, threads }: Context,
  queries: Float32Array,
  items: Float32Array,
  width: number,
  held: Sparse,
  skip: Sparse,
): Promise<RankCounts> => {
  const count = held.start.length - 1
  const height = items.length / width
  const above = new Int32Array(held.index.length)
  const tied = new Int32Array(held.index.length)
  if (above.length === 0) return { above, tied }
  return withScratchAsync(heap, async (scratch) => {
    const args = {
      queries: scratch.input(queries),
      count,
      items: scratch.input(items),
      height,
      width,
      heldStart: scratch.input(held.start),
      heldIndex: scratch.input(held.index),
      skipStart: scratch.input(skip.start),
      skipIndex: scratch.input(skip.index),
      held: scratch.bytes(above.length * 4),
      above: scratch.output(above),
      tied: scratch.output(tied),
    }
    const bytes = invoke(pool.here, 'countRanksScratch', { width })
    const own = Array.from({ length: threads }, () => scratch.bytes(bytes))
    await pool.run(count * height * width, perThread('countRanks', args, own, scratch.cursor()))
    return { above, tied }
  })
}
