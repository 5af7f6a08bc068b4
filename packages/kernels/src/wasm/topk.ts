import type { TopK } from '../kernels.js'
import type { Sparse } from '../sparse.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { withScratchAsync } from './scratch.js'

/** The k best rows of every query. */
export const topK = async (
  { heap, pool, threads }: Context,
  queries: Float32Array,
  items: Float32Array,
  width: number,
  k: number,
  skip?: Sparse,
): Promise<TopK> => {
  const count = queries.length / width
  const height = items.length / width
  const rows = new Int32Array(count * k)
  const scores = new Float32Array(count * k)
  if (count * k === 0) return { rows, scores }
  return withScratchAsync(heap, async (scratch) => {
    const args = {
      queries: scratch.input(queries),
      count,
      items: scratch.input(items),
      height,
      width,
      k,
      skipStart: skip ? scratch.input(skip.start) : 0,
      skipIndex: skip ? scratch.input(skip.index) : 0,
      outRows: scratch.output(rows),
      outScores: scratch.output(scores),
    }
    const own = Array.from({ length: threads }, () => scratch.bytes(invoke(pool.here, 'topKScratch', { width })))
    await pool.run(count * height * width, perThread('topK', args, own, scratch.cursor()))
    return { rows, scores }
  })
}
