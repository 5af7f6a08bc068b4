import type { Sparse } from '../kernels.js'
import { type Context, shared } from './context.js'
import { openLease } from './lease.js'

/** How many rows reach each held row's score. */
export const reach = async (
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
  const lease = openLease(heap)
  try {
    const args = [lease.input(queries), count, lease.input(items), height, width]
    args.push(...[held.start, held.index, skip.start, skip.index].map((array) => lease.input(array)))
    args.push(lease.bytes(counts.length * 4), lease.output(counts))
    const scratch = Array.from({ length: threads }, () => lease.bytes(width * 32 + 64 * 256 * 4 + 64 * 4))
    await pool.run(count * height * width, shared('reach', args, scratch, lease.zeros(64)))
  } finally {
    lease.end()
  }
  return counts
}
