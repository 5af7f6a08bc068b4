import type { HalfStep } from '../kernels.js'
import { type Context, shared } from './context.js'
import type { Lease } from './lease.js'

/** Blocks that the sum over rows is cut into at most, and rows of a block at least. */
const BLOCKS = 32
const ROWS = 256

/** The rows of a half-step, as wide as the kernels need them: addresses, and the width in numbers. */
export interface Wide {
  readonly solved: number
  readonly fixed: number
  readonly width: number
  /** Carries what was computed back into the half-step's arrays. */
  finish(): void
}

/** Rows of a multiple of 16 numbers: the half-step's own where they are, else copies with zeros behind each row. */
export const widen = ({ pool }: Context, lease: Lease, half: HalfStep, moves: boolean): Wide => {
  const { solved, fixed, dim } = half
  const width = Math.ceil(dim / 16) * 16
  const own = [lease.output(solved, true), moves ? lease.output(fixed, true) : lease.input(fixed)] as const
  if (width === dim) return { solved: own[0], fixed: own[1], width, finish() {} }
  const [from, to] = [dim * 4, width * 4]
  const copies = [solved, fixed].map((array, side) => {
    const rows = array.length / dim
    const at = lease.zeros(rows * to)
    pool.here['repitch']!(own[side]!, from, at, to, from, rows)
    return { at, rows, back: () => pool.here['repitch']!(at, to, own[side]!, from, from, rows) }
  })
  const [first, second] = copies as [(typeof copies)[0], (typeof copies)[0]]
  return {
    ...{ solved: first.at, fixed: second.at, width },
    finish() {
      first.back()
      if (moves) second.back()
    },
  }
}

/** The eigenvectors of a Gram matrix, as the kernels read them: addresses. */
interface Eigenbasis {
  /** Eigenvalues times `unobserved`, largest first, float32 [width], zeros behind. */
  readonly eigen: number
  /** The matrix that turns rows, for `rotate`. */
  readonly strips: number
  /** Eigenvectors as rows, float32 [width, width], zeros behind: the matrix that turns rows back. */
  readonly back: number
}

/** The eigenvectors of the Gram matrix at `matrix`, float64 [dim, dim], which is destroyed. */
export const eigenbasis = (
  { heap, pool }: Context,
  lease: Lease,
  matrix: number,
  { dim, width, unobserved }: { readonly dim: number; readonly width: number; readonly unobserved: number },
): Eigenbasis => {
  const values = lease.bytes(dim * 8)
  const vectors = lease.bytes(dim * dim * 8)
  pool.here['eigen']!(matrix, dim, values, vectors, lease.bytes(dim * 16))

  const lambda = heap.float64(values, dim)
  const order = Array.from(lambda, (_, i) => i).sort((a, b) => lambda[b]! - lambda[a]! || a - b)
  const eigen = lease.zeros(width * 4)
  const out = heap.float32(eigen, width)
  for (const [i, from] of order.entries()) out[i] = unobserved * Math.max(0, lambda[from]!)
  const [strips, back] = [lease.zeros(width * width * 4), lease.zeros(width * width * 4)]
  const packed = heap.float32(strips, width * width)
  const turned = heap.float32(back, width * width)
  const rows = heap.float64(vectors, dim * dim)
  for (const [j, from] of order.entries()) {
    const own = rows.subarray(from * dim, (from + 1) * dim)
    turned.set(own, j * width)
    const column = (j >> 3) * 8 * width + (j & 7)
    for (let k = 0; k < dim; k++) packed[column + k * 8] = own[k]!
  }
  return { eigen, strips, back }
}

/**
 * Turns solved and fixed into the eigenbasis of the Gram matrix of fixed, where their products are what they were; gives the
 * address of the eigenvalues times `unobserved`, largest first, float32, zeros behind. Without unobserved cells nothing turns and all are zeros.
 */
export const turn = async (context: Context, lease: Lease, half: HalfStep, wide: Wide): Promise<number> => {
  const { heap, pool, threads } = context
  const { dim, unobserved } = half
  const { width } = wide
  if (unobserved === 0) return lease.zeros(width * 4)
  const columns = half.fixed.length / dim
  const size = Math.max(ROWS, Math.ceil(columns / BLOCKS / ROWS) * ROWS)
  const blocks = Math.ceil(columns / size)
  const scratch = Array.from({ length: threads }, () => lease.zeros(Math.max(width, 64) * width * 4))
  const partials = lease.zeros(blocks * width * width * 8)
  const sums = shared('spectrum', [wide.fixed, columns, width * 4, size, partials], scratch, lease.zeros(64))
  await pool.run(columns * width * width, sums)

  const matrix = lease.bytes(dim * dim * 8)
  const everyone = heap.float64(matrix, dim * dim)
  const parts = heap.float64(partials, blocks * width * width)
  for (let i = 0; i < dim; i++) {
    for (let j = i; j < dim; j++) {
      let sum = 0
      for (let block = 0; block < blocks; block++) sum += parts[(block * width + i) * width + j]!
      everyone[i * dim + j] = sum
      everyone[j * dim + i] = sum
    }
  }
  const basis = eigenbasis(context, lease, matrix, { dim, width, unobserved })
  for (const [at, count] of [
    [wide.fixed, columns],
    [wide.solved, half.solved.length / dim],
  ] as const) {
    const args = [at, at, count, width * 4, basis.strips]
    await pool.run(2 * count * width * width, shared('rotate', args, scratch, lease.zeros(64)))
  }
  return basis.eigen
}
