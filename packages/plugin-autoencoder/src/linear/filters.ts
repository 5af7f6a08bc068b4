import type { MatrixArrays } from '@recspec/core'
import { type Kernels, matrixKernels, type Sparse } from '@recspec/kernels'
import { graphArrays } from './formats/graph.js'
import { sparseArrays } from './formats/sparse.js'
import { transpose } from './formats/transpose.js'
import { marginals, normalizedGraph } from './graph.js'

/** D_i^-1/2 V and weight · D_i^1/2 V: the two thin factors of an ideal low-pass filter on the rows of users. */
export const lowPassArrays = (rows: Sparse, items: number, vectors: Float32Array, weight: number): MatrixArrays => {
  const { columns } = marginals(rows, items)
  const rank = vectors.length / items
  const [left, right] = [vectors.slice(), vectors.slice()]
  for (let item = 0; item < items; item++) {
    const root = Math.sqrt(columns[item]!)
    for (let k = item * rank; k < (item + 1) * rank; k++) {
      left[k]! *= root > 0 ? 1 / root : 0
      right[k]! *= weight * root
    }
  }
  return { left, right }
}

/** GF-CF (Shen et al., CIKM 2021): the linear filter P and an ideal low pass; `graph` is normalized. */
export const gfcfArrays = (
  rows: Sparse,
  graph: Sparse,
  items: number,
  { vectors, weight }: { readonly vectors: Float32Array; readonly weight: number },
): MatrixArrays => ({ ...graphArrays(graph), ...lowPassArrays(rows, items, vectors, weight) })

/** How BSPM sharpens: the end of time, the steps until then, the method, and whether the result is averaged. */
export interface Sharpening {
  readonly time: number
  readonly steps: number
  readonly method: 'euler' | 'rk4'
  /** The result is the mean of the blurred and the sharpened scores. */
  readonly mean: boolean
}

/**
 * The coefficients of I, P, P², … of `steps` steps of an explicit method on dy/dt = −y P up to `time`; all Runge–Kutta
 * methods of order 4 with 4 stages give the same.
 */
export const sharpeningPolynomial = ({ time, steps, method }: Omit<Sharpening, 'mean'>): readonly number[] => {
  const h = time / steps
  const step = method === 'euler' ? [1, -h] : [1, -h, h ** 2 / 2, -(h ** 3) / 6, h ** 4 / 24]
  let product = [1]
  for (let k = 0; k < steps; k++) {
    const longer = new Array<number>(product.length + step.length - 1).fill(0)
    for (const [i, a] of product.entries()) for (const [j, b] of step.entries()) longer[i + j]! += a * b
    product = longer
  }
  return product
}

/** BSPM (Choi et al., SIGIR 2023): blurs, adds an ideal low pass, and sharpens; `graph` is normalized. */
export const bspmArrays = (
  rows: Sparse,
  graph: Sparse,
  items: number,
  { vectors, weight, ...sharpening }: { readonly vectors: Float32Array; readonly weight: number } & Sharpening,
): MatrixArrays => {
  const powers = sharpeningPolynomial(sharpening)
  const polynomial = sharpening.mean ? [0.5, ...powers.map((factor) => factor / 2)] : [0, ...powers]
  return { ...graphArrays(graph, polynomial), ...lowPassArrays(rows, items, vectors, weight) }
}

/**
 * Turbo-CF (Park et al., SIGIR 2024): (R~ᵀR~) with every number to a power, R~ = D_u^-alpha R D_i^(alpha − 1); `most`
 * numbers of a row are kept.
 */
export const turbocfArrays = (
  kernels: Kernels,
  rows: Sparse,
  items: number,
  { alpha, power, most }: { readonly alpha: number; readonly power: number; readonly most?: number },
): MatrixArrays => {
  const byRow = normalizedGraph(rows, items, alpha)
  const gram = matrixKernels(kernels).sparseGram({ byRow, byColumn: transpose(byRow, items) }, most)
  if (power !== 1) for (let at = 0; at < gram.values.length; at++) gram.values[at] = gram.values[at]! ** power
  return sparseArrays(gram)
}
