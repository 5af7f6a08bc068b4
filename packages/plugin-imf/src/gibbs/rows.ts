import { key, normal } from '@recspec/kernels'
import type { Cells } from '../score/cells.js'
import { cholesky, solveLower, solveLowerTransposed } from './cholesky.js'
import type { Prior } from './prior.js'

/** What determines the posterior of the rows of one side. */
export interface RowPosterior {
  /** [rows, dim]; overwritten, but for rows without events. */
  readonly rows: Float32Array
  /** [rows of the other side, dim]: what the rows are multiplied with. */
  readonly fixed: Float32Array
  readonly dim: number
  /** Events by row; `weight` times `noise` is the precision of a target. */
  readonly cells: Cells
  /** [cells]: what the rows have to explain. */
  readonly target: Float32Array
  /** The common precision of the noise. */
  readonly noise: number
  readonly prior: Prior
}

/**
 * Samples every row: with A = Λ + Σ α y yᵀ and b = Λ μ + Σ α t y, a row is A⁻¹ b + L⁻ᵀ z, where L Lᵀ = A. The normals z
 * are keyed by the row's number, so the order of rows does not matter.
 */
export const sampleRows = (posterior: RowPosterior, from: number): void => {
  const { rows, fixed, dim, cells, target, noise, prior } = posterior
  const matrix = new Float64Array(dim * dim)
  const right = new Float64Array(dim)
  const base = new Float64Array(dim)
  for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) base[i]! += prior.precision[i * dim + j]! * prior.mean[j]!
  const { start, index, weight } = cells
  for (let row = 1; row + 1 < start.length; row++) {
    if (start[row] === start[row + 1]) continue
    matrix.set(prior.precision)
    right.set(base)
    for (let cell = start[row]!; cell < start[row + 1]!; cell++) {
      const at = index[cell]! * dim
      const precision = noise * weight[cell]!
      const weighted = precision * target[cell]!
      for (let i = 0; i < dim; i++) {
        const value = fixed[at + i]!
        right[i]! += weighted * value
        const factor = precision * value
        for (let j = 0, to = i * dim; j <= i; j++, to++) matrix[to]! += factor * fixed[at + j]!
      }
    }
    cholesky(matrix, dim)
    solveLower(matrix, right, dim)
    const rowKey = key(from, row)
    for (let i = 0; i < dim; i++) right[i]! += normal(rowKey, i)
    solveLowerTransposed(matrix, right, dim)
    rows.set(right, row * dim)
  }
}
