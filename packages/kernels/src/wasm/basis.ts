import type { HalfStep } from '../halfstep.js'
import { invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import type { Scratch } from './scratch.js'

/** Blocks of rows at most, and rows of a block at least. */
const BLOCKS = 32
const ROWS = 256

/** The rows of a half-step padded to the width that kernels need: addresses, and the width in numbers. */
export interface Wide {
  readonly solved: number
  readonly fixed: number
  readonly width: number
  /** Copies results back into the half-step's arrays. */
  finish(): void
}

/**
 * Rows of a multiple of 16 numbers: the half-step's own where they are, else copies padded with zeros. `writesFixed`:
 * `fixed` is overwritten too.
 */
export const widen = ({ pool: { here } }: Context, scratch: Scratch, half: HalfStep, writesFixed: boolean): Wide => {
  const { solved, fixed, dim } = half
  const width = Math.ceil(dim / 16) * 16
  const own = [scratch.output(solved, true), writesFixed ? scratch.output(fixed, true) : scratch.input(fixed)] as const
  if (width === dim) return { solved: own[0], fixed: own[1], width, finish() {} }
  const [narrow, wide] = [dim * 4, width * 4]
  const copies = [solved, fixed].map((array, side) => {
    const rows = array.length / dim
    const at = scratch.zeros(rows * wide)
    invoke(here, 'repitch', { from: own[side]!, fromRow: narrow, to: at, toRow: wide, bytes: narrow, rows })
    const back = () =>
      invoke(here, 'repitch', { from: at, fromRow: wide, to: own[side]!, toRow: narrow, bytes: narrow, rows })
    return { at, back }
  })
  const [first, second] = copies as [(typeof copies)[0], (typeof copies)[0]]
  return {
    ...{ solved: first.at, fixed: second.at, width },
    finish() {
      first.back()
      if (writesFixed) second.back()
    },
  }
}

/** The eigenvectors of a Gram matrix as kernels read them: addresses. */
interface Eigenbasis {
  /** Eigenvalues times `unobserved`, largest first, float32 [width], padded with zeros. */
  readonly eigen: number
  /** The matrix that rotates rows, for `rotate`. */
  readonly strips: number
  /** Eigenvectors as rows, float32 [width, width], padded with zeros: the matrix that rotates rows back. */
  readonly back: number
}

/** The eigenvectors of the Gram matrix at `matrix`, float64 [dim, dim], which is overwritten. */
export const eigenbasis = (
  { heap, pool: { here } }: Context,
  scratch: Scratch,
  matrix: number,
  { dim, width, unobserved }: { readonly dim: number; readonly width: number; readonly unobserved: number },
): Eigenbasis => {
  const values = scratch.bytes(dim * 8)
  const vectors = scratch.bytes(dim * dim * 8)
  const work = scratch.bytes(invoke(here, 'eigenScratch', { dim }))
  invoke(here, 'eigen', { A: matrix, dim, values, V: vectors, work })

  const lambda = heap.float64(values, dim)
  const order = Array.from(lambda, (_, i) => i).sort((a, b) => lambda[b]! - lambda[a]! || a - b)
  const eigen = scratch.zeros(width * 4)
  const out = heap.float32(eigen, width)
  for (const [i, from] of order.entries()) out[i] = unobserved * Math.max(0, lambda[from]!)
  const [strips, back] = [scratch.zeros(width * width * 4), scratch.zeros(width * width * 4)]
  const packed = heap.float32(strips, width * width)
  const inverse = heap.float32(back, width * width)
  const rows = heap.float64(vectors, dim * dim)
  for (const [j, from] of order.entries()) {
    const own = rows.subarray(from * dim, (from + 1) * dim)
    inverse.set(own, j * width)
    const column = (j >> 3) * 8 * width + (j & 7)
    for (let k = 0; k < dim; k++) packed[column + k * 8] = own[k]!
  }
  return { eigen, strips, back }
}

/**
 * Rotates solved and fixed into the eigenbasis of the Gram matrix of fixed, which keeps their dot products; returns the
 * address of the eigenvalues times `unobserved`, largest first, float32, padded with zeros. Without unobserved cells
 * nothing is rotated and all are 0.
 */
export const rotateToEigenbasis = async (
  context: Context,
  scratch: Scratch,
  half: HalfStep,
  wide: Wide,
): Promise<number> => {
  const { heap, pool, threads } = context
  const { dim, unobserved } = half
  const { width } = wide
  if (unobserved === 0) return scratch.zeros(width * 4)
  const row = width * 4
  const columns = half.fixed.length / dim
  const size = Math.max(ROWS, Math.ceil(columns / BLOCKS / ROWS) * ROWS)
  const blocks = Math.ceil(columns / size)
  const needs = [invoke(pool.here, 'spectrumScratch', { row }), invoke(pool.here, 'rotateScratch', { row })]
  const own = Array.from({ length: threads }, () => scratch.zeros(Math.max(...needs)))
  const partials = scratch.zeros(blocks * width * width * 8)
  const sums = perThread('spectrum', { values: wide.fixed, rows: columns, row, size, partials }, own, scratch.cursor())
  await pool.run(columns * width * width, sums)

  const matrix = scratch.bytes(dim * dim * 8)
  const gram = heap.float64(matrix, dim * dim)
  const parts = heap.float64(partials, blocks * width * width)
  for (let i = 0; i < dim; i++) {
    for (let j = i; j < dim; j++) {
      let sum = 0
      for (let block = 0; block < blocks; block++) sum += parts[(block * width + i) * width + j]!
      gram[i * dim + j] = sum
      gram[j * dim + i] = sum
    }
  }
  const basis = eigenbasis(context, scratch, matrix, { dim, width, unobserved })
  for (const [at, rows] of [
    [wide.fixed, columns],
    [wide.solved, half.solved.length / dim],
  ] as const) {
    const args = { from: at, to: at, rows, row, Q: basis.strips }
    await pool.run(2 * rows * width * width, perThread('rotate', args, own, scratch.cursor()))
  }
  return basis.eigen
}
