import { gram } from './gram.js'
import type { HalfStep, LeastSquaresReport } from './halfstep.js'

/** How often a diagonal is raised before a row is given up, and the first raise as a share of the trace. */
const TRIES = 3
const JITTER = 1e-6

/** Solves A x = b by Cholesky on the lower triangle, in place; false when A is not safely positive definite. */
const solve = (a: Float64Array, b: Float64Array, dim: number): boolean => {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * dim + j]!
      const before = sum
      for (let k = 0; k < j; k++) sum -= a[i * dim + k]! * a[j * dim + k]!
      if (i !== j) a[i * dim + j] = sum / a[j * dim + j]!
      else if (sum > 1e-14 * before) a[i * dim + i] = Math.sqrt(sum)
      else return false
    }
  }
  for (let i = 0; i < dim; i++) {
    let sum = b[i]!
    for (let j = 0; j < i; j++) sum -= a[i * dim + j]! * b[j]!
    b[i] = sum / a[i * dim + i]!
  }
  for (let i = dim - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let j = i + 1; j < dim; j++) sum -= a[j * dim + i]! * b[j]!
    b[i] = sum / a[i * dim + i]!
  }
  return b.every((value) => Math.abs(value) <= 3.4e38)
}

/**
 * Solves A x = b into b, with 1e-6, 1e-5, 1e-4 of the trace added to the diagonal where A is not positive definite.
 * Returns 0: solved, 1: solved after raising the diagonal, 2: given up, and b is zeros.
 */
export const solveWithJitter = (matrix: Float64Array, right: Float64Array, dim: number): 0 | 1 | 2 => {
  let trace = 0
  for (let i = 0; i < dim; i++) trace += matrix[i * dim + i]!
  for (let tries = 0, raised = 0; tries <= TRIES; tries++) {
    const trial = Float64Array.from(matrix)
    const x = Float64Array.from(right)
    for (let i = 0; i < dim; i++) trial[i * dim + i] = trial[i * dim + i]! + raised
    if (solve(trial, x, dim)) {
      right.set(x)
      return tries > 0 ? 1 : 0
    }
    raised = raised === 0 ? JITTER * trace : 10 * raised
  }
  right.fill(0)
  return 2
}

/** Exact least squares of every row in float64. */
export const cholesky = (half: HalfStep): LeastSquaresReport => {
  const { dim, unobserved, start } = half
  const everyone =
    unobserved === 0 ? new Float64Array(dim * dim) : gram(half.fixed, dim).map((value) => unobserved * value)
  const outcome = { jittered: 0, kept: 0 }
  for (let row = 0; row + 1 < start.length; row++) solveRow(half, row, everyone, outcome)
  return outcome
}

/**
 * Solves one row of a half-step; `everyone` is unobserved · Gram, or its diagonal where it is diagonal. Counts the
 * outcome.
 */
export const solveRow = (
  half: HalfStep,
  row: number,
  everyone: Float64Array,
  outcome: { jittered: number; kept: number },
): void => {
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const matrix = new Float64Array(dim * dim)
  if (everyone.length === matrix.length) matrix.set(everyone)
  else for (let i = 0; i < dim; i++) matrix[i * dim + i] = everyone[i]!
  const right = new Float64Array(dim)
  const place = solved.subarray(row * dim, (row + 1) * dim)
  for (let cell = start[row]!; cell < start[row + 1]!; cell++) {
    const from = index[cell]! * dim
    const outer = weight[cell]! - unobserved
    const along = weight[cell]! * target[cell]!
    for (let i = 0; i < dim; i++) {
      const value = fixed[from + i]!
      right[i] = right[i]! + along * value
      for (let j = 0, to = i * dim; j <= i; j++, to++) matrix[to] = matrix[to]! + outer * value * fixed[from + j]!
    }
  }
  if (right.every((value) => value === 0)) {
    place.fill(0)
    return
  }
  for (let i = 0; i < dim; i++) matrix[i * dim + i] = matrix[i * dim + i]! + ridge[row]!
  const fate = solveWithJitter(matrix, right, dim)
  if (fate === 1) outcome.jittered++
  if (fate < 2) {
    place.set(right)
    return
  }
  outcome.kept++
  if (!place.every(Number.isFinite)) place.fill(0)
}
