import type { HalfStep, LeastSquaresReport } from '../halfstep.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { openDual } from './dual.js'
import { gram } from './gram.js'
import { longestFirst } from './rowlengths.js'
import { withScratchAsync } from './scratch.js'

/** Exact least squares of every row. */
export const cholesky = async (context: Context, half: HalfStep): Promise<LeastSquaresReport> => {
  const { heap, pool, threads } = context
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  return withScratchAsync(heap, async (scratch) => {
    const padded = Math.ceil(dim / 8) * 8
    const base = scratch.zeros(padded * padded * 4)
    const matrix = heap.float32(base, padded * padded)
    for (let i = dim; i < padded; i++) matrix[i * padded + i] = 1
    const everyone = unobserved === 0 ? undefined : await gram(context, fixed, dim)
    if (everyone) {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) matrix[i * padded + j] = unobserved * everyone[i * dim + j]!
      }
    }
    const order = scratch.bytes(rows * 4)
    longestFirst(start, heap.int32(order, rows))
    const counts = scratch.zeros(64)
    const table = scratch.input(fixed)
    const {
      maxCells,
      rotated,
      width: numbers,
      diagonal,
      back,
    } = await openDual(context, scratch, half, table, everyone)
    const width = numbers * 4
    const bytes = invoke(pool.here, 'choleskyScratch', { dim, maxCells, width })
    const own = Array.from({ length: threads }, () => scratch.zeros(bytes))
    const args = {
      ...{ solved: scratch.output(solved, true), fixed: table, dim, rows },
      ...{ start: scratch.input(start), index: scratch.input(index) },
      ...{ weight: scratch.input(weight), target: scratch.input(target), unobserved },
      ...{ ridge: scratch.input(ridge), order, base, everyone: everyone ? scratch.input(everyone) : 0, counts },
      ...{ maxCells, rotated, width, diagonal, back },
    }
    const flops = start[rows]! * dim * dim + (rows * dim ** 3) / 3
    await pool.run(flops, perThread('cholesky', args, own, scratch.cursor()))
    const [jittered, kept] = heap.int32(counts, 2)
    return { jittered: jittered!, kept: kept! }
  })
}
