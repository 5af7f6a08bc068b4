import type { HalfStep, Solved } from '../kernels.js'
import { type Context, shared } from './context.js'
import { gram } from './gram.js'
import { openLease } from './lease.js'
import { heaviestFirst } from './order.js'

/** Four vectors, two panels of 32 rows, one float32 and two float64 matrices, and a row for the latter. */
const scratchBytes = (dim: number): number => {
  const padded = Math.ceil(dim / 8) * 8
  return padded * (8 * 3 + 4) + 2 * 32 * padded * 4 + padded * padded * 4 + 2 * dim * dim * 8 + dim * 8 + 64
}

/** One half-step of least squares on every row. */
export const cholesky = async (context: Context, half: HalfStep): Promise<Solved> => {
  const { heap, pool, threads } = context
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  const lease = openLease(heap)
  try {
    const padded = Math.ceil(dim / 8) * 8
    const base = lease.zeros(padded * padded * 4)
    const matrix = heap.float32(base, padded * padded)
    for (let i = dim; i < padded; i++) matrix[i * padded + i] = 1
    const everyone = unobserved === 0 ? undefined : await gram(context, fixed, dim)
    if (everyone) {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) matrix[i * padded + j] = unobserved * everyone[i * dim + j]!
      }
    }
    const order = lease.bytes(rows * 4)
    heaviestFirst(start, heap.int32(order, rows))
    const counts = lease.zeros(64)
    const scratch = Array.from({ length: threads }, () => lease.zeros(scratchBytes(dim)))
    const cells = [start, index, weight, target].map((array) => lease.input(array))
    const addresses = [order, base, everyone ? lease.input(everyone) : 0, counts]
    const args = [lease.output(solved, true), lease.input(fixed), dim, rows, ...cells, unobserved]
    const flops = start[rows]! * dim * dim + (rows * dim ** 3) / 3
    const calls = shared('cholesky', [...args, lease.input(ridge), ...addresses], scratch, lease.zeros(64))
    await pool.run(flops, calls)
    const [jittered, kept] = heap.int32(counts, 2)
    return { jittered: jittered!, kept: kept! }
  } finally {
    lease.end()
  }
}
