import { key, normal } from '@recspec/kernels'
import { wishart } from './draws.js'
import { backward, factor, inverse } from './triangle.js'

/** The normal that rows of one side are drawn from before their events are seen. */
export interface Prior {
  readonly mean: Float64Array
  /** [dim, dim]. */
  readonly precision: Float64Array
}

/** How many rows' worth of belief the mean 0 has. */
const BELIEF = 2

/**
 * A draw of the mean and precision of a side's rows, given the rows that have events: normal–Wishart with mean 0, scale 1
 * and dim + 1 degrees of freedom before that (Salakhutdinov and Mnih, ICML 2008).
 */
export const drawPrior = (rows: Float32Array, dim: number, read: Int32Array, from: number): Prior => {
  const count = read.length
  const average = new Float64Array(dim)
  for (const row of read) for (let i = 0; i < dim; i++) average[i]! += rows[row * dim + i]! / count
  // W⁻¹ = I + Σ (x − x̄)(x − x̄)ᵀ + β n / (β + n) · x̄ x̄ᵀ
  const scatter = new Float64Array(dim * dim)
  const shrink = (BELIEF * count) / (BELIEF + count)
  for (let i = 0; i < dim; i++)
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0
      for (const row of read) sum += (rows[row * dim + i]! - average[i]!) * (rows[row * dim + j]! - average[j]!)
      scatter[i * dim + j] = sum + shrink * average[i]! * average[j]!
    }
  factor(scatter, dim)
  const scale = inverse(scatter, dim)
  factor(scale, dim)
  const precision = wishart(scale, dim, dim + 1 + count, key(from, 0))

  // mean ~ N(n x̄ / (β + n), ((β + n) Λ)⁻¹)
  const mean = new Float64Array(dim).map((_, i) => normal(key(from, 1), i))
  const root = precision.slice()
  factor(root, dim)
  backward(root, mean, dim)
  for (let i = 0; i < dim; i++)
    mean[i] = mean[i]! / Math.sqrt(BELIEF + count) + (count * average[i]!) / (BELIEF + count)
  return { mean, precision }
}
