import type { HalfStep, Solved } from '../kernels.js'
import { type Context, shared } from './context.js'
import { openDual } from './dual.js'
import { gram } from './gram.js'
import { openLease } from './lease.js'
import { heaviestFirst } from './order.js'

/**
 * Four vectors, two panels of 96 rows and a number for each, one float32 and two float64 matrices, and a row for the latter. For rows of
 * at most `brief` cells: three vectors, their gathered rows, their system, two vectors and a panel of 64 rows of it.
 */
const scratchBytes = (dim: number, brief: number): number => {
  const padded = Math.ceil(dim / 8) * 8
  const primal = padded * (8 * 4 + 4) + (2 * 96 + padded) * padded * 4 + 96 * 4 + 2 * dim * dim * 8 + 256
  const [width, side] = [Math.ceil(dim / 16) * 16, Math.ceil(brief / 8) * 8]
  return primal + (brief === 0 ? 0 : ((3 + side) * width + (side + 2 + 64) * side) * 4) + 64
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
    const table = lease.input(fixed)
    const { brief, ...dual } = await openDual(context, lease, half, table, everyone)
    const scratch = Array.from({ length: threads }, () => lease.zeros(scratchBytes(dim, brief)))
    const cells = [start, index, weight, target].map((array) => lease.input(array))
    const addresses = [order, base, everyone ? lease.input(everyone) : 0, counts]
    const args = [lease.output(solved, true), table, dim, rows, ...cells, unobserved, lease.input(ridge), ...addresses]
    const flops = start[rows]! * dim * dim + (rows * dim ** 3) / 3
    const short = [brief, dual.turned, dual.width * 4, dual.diagonal, dual.back]
    await pool.run(flops, shared('cholesky', [...args, ...short], scratch, lease.zeros(64)))
    const [jittered, kept] = heap.int32(counts, 2)
    return { jittered: jittered!, kept: kept! }
  } finally {
    lease.end()
  }
}
