import type { Sparse, TopK } from '../kernels.js'
import { type Context, shared } from './context.js'
import { openLease } from './lease.js'

/** The k best rows for every query. */
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
  const lease = openLease(heap)
  try {
    const skipped = skip ? [lease.input(skip.start), lease.input(skip.index)] : [0, 0]
    const args = [lease.input(queries), count, lease.input(items), height, width, k, ...skipped]
    const outputs = [lease.output(rows), lease.output(scores)]
    const scratch = Array.from({ length: threads }, () => lease.bytes(width * 32 + 64 * 256 * 4 + 2 * 64 * 4))
    await pool.run(count * height * width, shared('topK', [...args, ...outputs], scratch, lease.zeros(64)))
  } finally {
    lease.end()
  }
  return { rows, scores }
}
