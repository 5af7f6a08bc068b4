import { key, normal } from '@recspec/kernels'
import type { Cells } from '../score/cells.js'
import type { Prior } from './prior.js'
import { backward, factor, forward } from './triangle.js'

/** What the rows of one side are drawn from. */
export interface Drawing {
  /** [rows, dim]; overwritten, rows without events left as they are. */
  readonly drawn: Float32Array
  /** [columns, dim]: what meets them. */
  readonly fixed: Float32Array
  readonly dim: number
  /** Events by row; `weight` times `noise` is the precision of a target. */
  readonly cells: Cells
  /** What the rows have to explain, beside `cells.index`. */
  readonly target: Float32Array
  readonly noise: number
  readonly prior: Prior
}

/**
 * Draws every row anew: with A = Λ + Σ α y yᵀ and b = Λ μ + Σ α t y, a row is A⁻¹ b + L⁻ᵀ z, where L Lᵀ = A. The normals z
 * belong to the row's number, so the order of rows does not matter.
 */
export const drawRows = (drawing: Drawing, from: number): void => {
  const { drawn, fixed, dim, cells, target, noise, prior } = drawing
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
      const goal = precision * target[cell]!
      for (let i = 0; i < dim; i++) {
        const value = fixed[at + i]!
        right[i]! += goal * value
        const times = precision * value
        for (let j = 0, to = i * dim; j <= i; j++, to++) matrix[to]! += times * fixed[at + j]!
      }
    }
    factor(matrix, dim)
    forward(matrix, right, dim)
    const own = key(from, row)
    for (let i = 0; i < dim; i++) right[i]! += normal(own, i)
    backward(matrix, right, dim)
    drawn.set(right, row * dim)
  }
}
