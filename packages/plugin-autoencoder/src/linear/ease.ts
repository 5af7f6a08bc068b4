import { Failure } from '@recspec/core'
import { type Kernels, matrixKernels, type Sparse, sweepBlocks } from '@recspec/kernels'
import { heldSparse } from './formats/arrays.js'
import { transpose } from './formats/transpose.js'
import { type Pace, pause } from './pause.js'
import { type Penalty, ridgeOf } from './penalty.js'
import { inverseError } from './residual.js'

/** What EASE minimizes: the squared error of the rows, the penalty, and how large a number on the diagonal may be. */
export interface EaseProblem extends Penalty {
  readonly diagonal: number
}

/** What is known of a matrix in closed form. */
export interface EaseResult {
  /** The objective at its minimum, the sum over all rows. */
  readonly objective: number
  /** ‖z − G P z‖ / ‖z‖ of the inverse P for a random z. */
  readonly residual: number
  /** Seconds of the three parts. */
  readonly seconds: { readonly gram: number; readonly inverse: number; readonly weights: number }
}

/** Rows of the Gram matrix between two pauses. */
const ROWS = 2048
/** An inverse that is less accurate than this is refused. */
const INACCURATE = 1e-2

/**
 * Computes the item-to-item matrix B [items, items], into `dense`, that minimizes the expected error of rows under
 * dropout, ‖X − X B‖² + Σ_j ridge_j ‖row j of B‖², with a diagonal of at most `diagonal` (Steck, WWW 2019; with
 * dropout Steck, NeurIPS 2020; with a relaxed diagonal Moon et al., SIGIR 2023). With P = (XᵀX + Λ)⁻¹, column j is e_j
 * − γ_j P e_j, where γ_j is Λ_jj, or what makes the diagonal as large as it may be. Throws a Failure of kind
 * `training` where the matrix is too badly conditioned.
 */
export const ease = async (
  kernels: Kernels,
  rows: Sparse,
  dense: Float32Array,
  problem: EaseProblem & Pace,
): Promise<EaseResult> => {
  const items = Math.round(Math.sqrt(dense.length))
  const matrices = matrixKernels(kernels)
  const byRow = heldSparse(kernels, rows)
  const byColumn = heldSparse(kernels, transpose(rows, items))
  const blocks = sweepBlocks(items)
  const gramSteps = Math.ceil(items / ROWS)
  const total = gramSteps + blocks + 1
  const times = [performance.now()]
  for (let step = 0; step < gramSteps; step++) {
    matrices.gramRows({ byRow, byColumn }, step * ROWS, Math.min(items, (step + 1) * ROWS), dense)
    await pause(problem, step + 1, total)
  }
  times.push(performance.now())
  const diagonal = Float32Array.from({ length: items }, (_, j) => dense[j * items + j]!)
  const ridge = ridgeOf(diagonal, problem)
  // an item without rows and penalty is alone: any positive number keeps its weights 0
  const added = ridge.map((value, j) => (value + diagonal[j]! > 0 ? value : 1))
  for (let j = 0; j < items; j++) dense[j * items + j] = diagonal[j]! + added[j]!
  for (let block = 0; block < blocks; block++) {
    if (!matrices.sweepBlock(dense, items, block))
      throw new Failure(
        'training',
        `the matrix of items is not positive definite in float32 at items ${256 * block} to ${256 * block + 255}`,
        'raise "l2"',
      )
    await pause(problem, gramSteps + block + 1, total)
  }
  const residual = inverseError(dense, { byRow, byColumn }, added)
  if (!(residual <= INACCURATE))
    throw new Failure('training', `the inverse has a relative error of ${residual.toPrecision(2)}`, 'raise "l2"')
  times.push(performance.now())

  const factors = new Float32Array(items)
  const ends = new Float32Array(items)
  let objective = 0
  for (let j = 0; j < items; j++) {
    // the sweeps leave −P
    const inverse = -dense[j * items + j]!
    const own = added[j]!
    const relaxed = 1 - own * inverse <= problem.diagonal
    const factor = relaxed ? own : (1 - problem.diagonal) / inverse
    factors[j] = factor
    ends[j] = relaxed ? 1 - own * inverse : problem.diagonal
    objective += factor * inverse * (factor - 2 * own) + own
  }
  matrices.scaleSymmetric(dense, factors)
  for (let j = 0; j < items; j++) dense[j * items + j] = ends[j]!
  times.push(performance.now())
  await pause(problem, total, total)
  const [gram, inverse, weights] = [0, 1, 2].map((part) => (times[part + 1]! - times[part]!) / 1e3)
  return { objective, residual, seconds: { gram: gram!, inverse: inverse!, weights: weights! } }
}
