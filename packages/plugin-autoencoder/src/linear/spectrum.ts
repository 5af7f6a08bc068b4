import { type Kernels, key, matrixKernels, multiplySmall, normal, type Sparse } from '@recspec/kernels'
import { heldSparse } from './formats/arrays.js'
import { transpose } from './formats/transpose.js'
import { orthogonalizer } from './orthogonal.js'

/** How top singular vectors are computed. */
export interface SpectrumOptions {
  readonly vectors: number
  readonly seed: number
  /** Ends when no residual ‖P v − λ v‖ of a vector is larger than this share of the largest λ. */
  readonly tolerance?: number
  /** Rounds at most. */
  readonly rounds?: number
  /** Called after each round with the largest residual as a share of the largest λ; throws to cancel. */
  between?(round: number, rounds: number, residual: number): Promise<void> | void
}

/** Eigenvectors of P = WᵀW. */
export interface Spectrum {
  /** [items, vectors], orthonormal columns, by descending value. */
  readonly vectors: Float32Array
  readonly values: Float64Array
  readonly rounds: number
  readonly residual: number
}

/** Vectors beyond those asked for: the share and the least number. */
const OVERSAMPLING = 0.15
const SPARE = 16

/** Vectors of the subspace in which so many are looked for. */
export const subspaceWidth = (vectors: number): number => vectors + Math.max(SPARE, Math.ceil(OVERSAMPLING * vectors))

const TOLERANCE = 1e-3
const ROUNDS = 30
/** A polynomial amplifies the largest eigenvalue by this much at most: more would drown others in rounding errors. */
const AMPLIFICATION = 1e5
const MAX_DEGREE = 12

/**
 * The right singular vectors of W [users, items] with the largest singular values: subspace iteration on random vectors
 * with Chebyshev polynomials of P = WᵀW that are small below the subspace (Zhou and Saad, SIAM J. Matrix Anal. Appl.
 * 2006), and Rayleigh–Ritz. Throws where fewer items than vectors have entries.
 */
export const topVectors = async (
  kernels: Kernels,
  graph: Sparse,
  items: number,
  options: SpectrumOptions,
): Promise<Spectrum> => {
  const { vectors, seed, tolerance = TOLERANCE, rounds = ROUNDS, between } = options
  const users = graph.start.length - 1
  const most = Math.min(users, items)
  if (vectors > most) throw new Error(`needs at most ${most} vectors, got ${vectors}`)
  const width = Math.min(most, subspaceWidth(vectors))
  const matrices = matrixKernels(kernels)
  const byUser = heldSparse(kernels, graph)
  const byItem = heldSparse(kernels, transpose(graph, items))
  const arrays = [0, 0, 0].map(() => matrices.allocate(items * width))
  const ofUsers = matrices.allocate(users * width)
  let [current, next, spare] = arrays as [Float32Array, Float32Array, Float32Array]
  const project = (x: Float32Array) => matrices.sparseProduct(byUser, x, width, ofUsers)
  const multiply = (x: Float32Array, out: Float32Array) => {
    project(x)
    matrices.sparseProduct(byItem, ofUsers, width, out)
  }

  /** current ← an orthonormal basis of its columns that diagonalizes P in it; returns the eigenvalues of P there. */
  const diagonalize = async (): Promise<Float64Array> => {
    const basis = orthogonalizer(await kernels.gram(current, width), width)
    project(current)
    const inBasis = multiplySmall(multiplySmall(basis, await kernels.gram(ofUsers, width), width), basis, width, true)
    const eigen = matrices.eigen(inBasis, width)
    // columns of current · rotationᵀ
    const rotation = matrices.allocate(width * width)
    rotation.set(multiplySmall(eigen.vectors, basis, width))
    next.fill(0)
    const sizes = { rows: items, depth: width, columns: width, transposed: 'b' } as const
    matrices.addProduct({ a: current, b: rotation, c: next, ...sizes })
    matrices.free(rotation)
    ;[current, next] = [next, current]
    return eigen.values
  }

  try {
    const from = key(seed)
    for (let at = 0; at < current.length; at++) next[at] = normal(from, at)
    multiply(next, current)
    let values = await diagonalize()
    let round = 0
    let residual = Infinity
    for (;;) {
      multiply(current, next)
      residual = largestResidual(current, next, values, vectors, width)
      await between?.(round, rounds, residual)
      if (residual <= tolerance || round === rounds || width === most) break
      round++
      // next ← T_d((2 P − bound) / bound) current, by the recurrence T_d+1(x) = 2 x T_d(x) − T_d−1(x)
      const bound = Math.max(values[width - 1]!, 1e-6 * values[0]!)
      for (let at = 0; at < next.length; at++) next[at] = (2 / bound) * next[at]! - current[at]!
      for (let degree = degreeOf(values[0]! / bound); degree > 1; degree--) {
        multiply(next, spare)
        for (let at = 0; at < spare.length; at++) spare[at] = (4 / bound) * spare[at]! - 2 * next[at]! - current[at]!
        ;[current, next, spare] = [next, spare, current]
      }
      ;[current, next] = [next, current]
      values = await diagonalize()
    }
    const kept = new Float32Array(items * vectors)
    for (let item = 0; item < items; item++)
      kept.set(current.subarray(item * width, item * width + vectors), item * vectors)
    return { vectors: kept, values: values.slice(0, vectors), rounds: round, residual }
  } finally {
    for (const array of [current, next, spare, ofUsers]) matrices.free(array)
  }
}

/** The degree whose polynomial amplifies an eigenvalue of `ratio` times the bound as far as is allowed. */
const degreeOf = (ratio: number): number =>
  Math.max(2, Math.min(MAX_DEGREE, Math.floor(Math.acosh(AMPLIFICATION) / Math.acosh(Math.max(1.01, 2 * ratio - 1)))))

/** The largest ‖P v − λ v‖ of the first vectors as a share of the largest λ. */
const largestResidual = (
  x: Float32Array,
  product: Float32Array,
  values: Float64Array,
  vectors: number,
  width: number,
): number => {
  const squares = new Float64Array(vectors)
  for (let from = 0; from < x.length; from += width)
    for (let k = 0; k < vectors; k++) squares[k]! += (product[from + k]! - values[k]! * x[from + k]!) ** 2
  return Math.sqrt(squares.reduce((a, b) => Math.max(a, b), 0)) / values[0]!
}
