import { key, normal } from '@recspec/kernels'
import { cholesky, inverseOf, solveLowerTransposed } from './cholesky.js'
import { sampleWishart } from './distributions.js'

/** The normal prior of the rows of one side. */
export interface Prior {
  /** [dim]. */
  readonly mean: Float64Array
  /** [dim, dim]. */
  readonly precision: Float64Array
}

/** β: how many rows the prior mean 0 counts as. */
const BETA = 2

/**
 * Samples the mean and precision of the rows [rows, dim] of one side, given the rows that have events. Their prior is
 * normal–Wishart with mean 0, scale I and dim + 1 degrees of freedom (Salakhutdinov and Mnih, ICML 2008).
 */
export const samplePrior = (rows: Float32Array, dim: number, observedRows: Int32Array, from: number): Prior => {
  const count = observedRows.length
  const average = new Float64Array(dim)
  for (const row of observedRows) for (let i = 0; i < dim; i++) average[i]! += rows[row * dim + i]! / count
  // W⁻¹ = I + Σ (x − x̄)(x − x̄)ᵀ + β n / (β + n) · x̄ x̄ᵀ
  const scatter = new Float64Array(dim * dim)
  const shrinkage = (BETA * count) / (BETA + count)
  for (let i = 0; i < dim; i++)
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0
      for (const row of observedRows) sum += (rows[row * dim + i]! - average[i]!) * (rows[row * dim + j]! - average[j]!)
      scatter[i * dim + j] = sum + shrinkage * average[i]! * average[j]!
    }
  cholesky(scatter, dim)
  const scale = inverseOf(scatter, dim)
  cholesky(scale, dim)
  const precision = sampleWishart(scale, dim, dim + 1 + count, key(from, 0))

  // mean ~ N(n x̄ / (β + n), ((β + n) Λ)⁻¹)
  const mean = new Float64Array(dim).map((_, i) => normal(key(from, 1), i))
  const root = precision.slice()
  cholesky(root, dim)
  solveLowerTransposed(root, mean, dim)
  for (let i = 0; i < dim; i++) mean[i] = mean[i]! / Math.sqrt(BETA + count) + (count * average[i]!) / (BETA + count)
  return { mean, precision }
}
