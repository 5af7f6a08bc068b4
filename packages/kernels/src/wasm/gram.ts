import { type Context, shared } from './context.js'
import { openLease } from './lease.js'

/** Blocks that a sum over rows is cut into at most, and rows of a block at least. */
const BLOCKS = 32
const ROWS = 256

/** Σ over rows of outer products, in float64; fixed blocks, added up in order. */
export const gram = async ({ heap, pool, threads }: Context, values: Float32Array, width: number) => {
  const rows = width === 0 ? 0 : values.length / width
  const sums = new Float64Array(width * width)
  if (rows === 0) return sums
  const padded = Math.ceil(width / 4) * 4
  const size = Math.max(ROWS, Math.ceil(rows / BLOCKS / ROWS) * ROWS)
  const blocks = Math.ceil(rows / size)
  const lease = openLease(heap)
  try {
    const partials = lease.zeros(blocks * padded * padded * 8)
    const scratch = Array.from({ length: threads }, () => lease.zeros(32 * padded * 8))
    const args = [lease.input(values), rows, width, size, partials]
    await pool.run(rows * width * width, shared('gram', args, scratch, lease.zeros(64)))
    const parts = heap.float64(partials, blocks * padded * padded)
    for (let i = 0; i < width; i++) {
      for (let j = i; j < width; j++) {
        let sum = 0
        for (let block = 0; block < blocks; block++) sum += parts[(block * padded + i) * padded + j]!
        sums[i * width + j] = sum
        sums[j * width + i] = sum
      }
    }
    return sums
  } finally {
    lease.end()
  }
}
