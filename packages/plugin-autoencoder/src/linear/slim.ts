import { type Kernels, matrixKernels, type Sparse } from '@recspec/kernels'
import { stacked, type ValuedRows } from './formats/stacked.js'
import { transpose } from './formats/transpose.js'
import { pause } from './pause.js'
import { type Penalty, ridgeOf } from './penalty.js'

/** What SLIM minimizes. */
export interface SlimProblem extends Penalty {
  readonly l1: number
  readonly nonNegative: boolean
  /** Columns that were solved before, as rows. */
  readonly solved?: SlimColumns
}

/** Solved columns, the first ones of the matrix, as sparse rows, and the sum of their minima. */
export interface SlimColumns {
  readonly columns: ValuedRows
  readonly objective: number
}

/** Columns of a block. */
export const COLUMNS = 128
const TOLERANCE = 1e-5
const SWEEPS = 200

/**
 * Sparse linear methods (Ning and Karypis, ICDM 2011): the columns of the item-to-item matrix with an empty diagonal
 * that minimizes ‖X − X B‖² + Σ_j ridge_j ‖row j of B‖² + l1 Σ |B|, by coordinate descent. Gives all columns so far
 * after each block of them. `l1` is above 0.
 */
export async function* slim(
  kernels: Kernels,
  rows: Sparse,
  items: number,
  problem: SlimProblem,
): AsyncGenerator<SlimColumns> {
  const matrices = matrixKernels(kernels)
  const gram = matrices.sparseGram({ byRow: rows, byColumn: transpose(rows, items) })
  const block = matrices.allocate(COLUMNS * items)
  try {
    const diagonal = diagonalOf(gram, items)
    const { l1, nonNegative } = problem
    const ridge = Float32Array.from(ridgeOf(diagonal, problem))
    const net = { gram, diagonal, ridge, l1, nonNegative, tolerance: TOLERANCE, sweeps: SWEEPS }
    let { columns, objective } = problem.solved ?? { columns: empty, objective: 0 }
    for (let from = columns.start.length - 1; from < items; ) {
      const count = Math.min(COLUMNS, items - from)
      const own = block.subarray(0, count * items)
      own.fill(0)
      for (const minimum of matrices.elasticNet(net, from, own)) objective += minimum
      const found = matrices.largestOfRows(own, items, items)
      columns = stacked([columns, found])
      for (const array of [found.start, found.index, found.values]) matrices.free(array)
      from += count
      await pause({}, from, items)
      yield { columns, objective }
    }
  } finally {
    for (const array of [block, gram.start as Int32Array, gram.index, gram.values]) matrices.free(array)
  }
}

/** The sparse rows of a matrix from its columns; of each row the `topK` largest are kept. */
export const slimRows = ({ columns }: SlimColumns, topK?: number): ValuedRows => {
  const rows = transpose(columns, columns.start.length - 1) as ValuedRows
  return topK === undefined ? rows : largestOfSparse(rows, topK)
}

const empty = { start: new Int32Array(1), index: new Int32Array(0), values: new Float32Array(0) }

const diagonalOf = ({ start, index, values }: Sparse, items: number): Float32Array => {
  const diagonal = new Float32Array(items)
  for (let row = 0; row < items; row++)
    for (let place = start[row]!; place < start[row + 1]!; place++)
      if (index[place] === row) diagonal[row] = values![place]!
  return diagonal
}

/** The `most` largest numbers of each row, by size; of equal ones those that come first. */
export const largestOfSparse = ({ start, index, values }: ValuedRows, most: number): ValuedRows => {
  const starts = new Int32Array(start.length)
  const places: number[] = []
  for (let row = 0; row + 1 < start.length; row++) {
    const own = Array.from({ length: start[row + 1]! - start[row]! }, (_, k) => start[row]! + k)
    if (own.length > most) own.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    places.push(...own.slice(0, most).sort((a, b) => a - b))
    starts[row + 1] = places.length
  }
  return {
    start: starts,
    index: Int32Array.from(places, (place) => index[place]!),
    values: Float32Array.from(places, (place) => values[place]!),
  }
}
