import { gram } from './gram.js'
import type { HalfStep, Solved } from './kernels.js'

/** How many times, and from which share of the trace, a diagonal is raised before a row is given up. */
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

/** Exact least squares of every row in float64: the oracle of the wasm kernel. */
export const cholesky = (half: HalfStep): Solved => {
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const everyone = unobserved === 0 ? new Float64Array(dim * dim) : gram(fixed, dim)
  const matrix = new Float64Array(dim * dim)
  const right = new Float64Array(dim)
  const trial = new Float64Array(dim * dim)
  const x = new Float64Array(dim)
  let jittered = 0
  let kept = 0
  for (let row = 0; row + 1 < start.length; row++) {
    const place = solved.subarray(row * dim, (row + 1) * dim)
    right.fill(0)
    for (let at = 0; at < matrix.length; at++) matrix[at] = unobserved * everyone[at]!
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
      continue
    }
    let trace = 0
    for (let i = 0; i < dim; i++) {
      matrix[i * dim + i] = matrix[i * dim + i]! + ridge[row]!
      trace += matrix[i * dim + i]!
    }
    let tries = 0
    for (let raised = 0; tries <= TRIES; tries++) {
      trial.set(matrix)
      x.set(right)
      for (let i = 0; i < dim; i++) trial[i * dim + i] = trial[i * dim + i]! + raised
      if (solve(trial, x, dim)) break
      raised = raised === 0 ? JITTER * trace : 10 * raised
    }
    if (tries <= TRIES) {
      place.set(x)
      if (tries > 0) jittered++
    } else {
      kept++
      if (!place.every(Number.isFinite)) place.fill(0)
    }
  }
  return { jittered, kept }
}
