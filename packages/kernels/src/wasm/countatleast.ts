import type { Sparse } from '../sparse.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { withScratchAsync } from './scratch.js'

/** How many rows score at least as high as each held row. */
export const countAtLeast = async (
  { heap, pool, threads }: Context,
  queries: Float32Array,
  items: Float32Array,
  width: number,
  held: Sparse,
  skip: Sparse,
): Promise<Int32Array> => {
  const count = held.start.length - 1
  const height = items.length / width
  const counts = new Int32Array(held.index.length)
  if (counts.length === 0) return counts
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
      least: scratch.bytes(counts.length * 4),
      counts: scratch.output(counts),
    }
    const bytes = invoke(pool.here, 'countAtLeastScratch', { width })
    const own = Array.from({ length: threads }, () => scratch.bytes(bytes))
    await pool.run(count * height * width, perThread('countAtLeast', args, own, scratch.cursor()))
    return counts
  })
}
