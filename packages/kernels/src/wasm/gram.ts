import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { withScratchAsync } from './scratch.js'

/** Blocks of rows at most, and rows of a block at least. */
const BLOCKS = 32
const ROWS = 256

/** The Gram matrix in float64: partial sums of fixed blocks, added in order. */
export const gram = async ({ heap, pool, threads }: Context, values: Float32Array, width: number) => {
  const rows = width === 0 ? 0 : values.length / width
  const sums = new Float64Array(width * width)
  if (rows === 0) return sums
  const padded = Math.ceil(width / 4) * 4
  const size = Math.max(ROWS, Math.ceil(rows / BLOCKS / ROWS) * ROWS)
  const blocks = Math.ceil(rows / size)
  return withScratchAsync(heap, async (scratch) => {
    const partials = scratch.zeros(blocks * padded * padded * 8)
    const bytes = invoke(pool.here, 'gramScratch', { width })
    const own = Array.from({ length: threads }, () => scratch.zeros(bytes))
    const args = { values: scratch.input(values), rows, width, size, partials }
    await pool.run(rows * width * width, perThread('gram', args, own, scratch.cursor()))
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
  })
}
