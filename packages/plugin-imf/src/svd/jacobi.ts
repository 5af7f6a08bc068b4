import { type Columns, inner } from './columns.js'

/** A = left · diag(values) · rightᵀ, values falling, vectors by columns. */
export interface Decomposition {
  readonly left: Columns
  readonly values: readonly number[]
  readonly right: Columns
}

const SWEEPS = 60
const PRECISION = 1e-15

/** Singular values and vectors of a small matrix given by its columns: one-sided Jacobi rotations (Hestenes, 1958). */
export const jacobi = (matrix: Columns): Decomposition => {
  const size = matrix.length
  const work = matrix.map((column) => column.slice())
  const right = work.map((_, k) => new Float64Array(size).fill(1, k, k + 1))
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false
    for (let i = 0; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        const [a, b] = [work[i]!, work[j]!]
        const [aa, bb, ab] = [inner(a, a), inner(b, b), inner(a, b)]
        if (Math.abs(ab) <= PRECISION * Math.sqrt(aa * bb)) continue
        turned = true
        const zeta = (bb - aa) / (2 * ab)
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const cosine = 1 / Math.hypot(1, tangent)
        turn(a, b, cosine, cosine * tangent)
        turn(right[i]!, right[j]!, cosine, cosine * tangent)
      }
  }
  const lengths = work.map((column) => Math.sqrt(inner(column, column)))
  const order = lengths.map((_, k) => k).sort((i, j) => lengths[j]! - lengths[i]! || i - j)
  return {
    left: order.map((k) => work[k]!.map((value) => (lengths[k]! > 0 ? value / lengths[k]! : 0))),
    values: order.map((k) => lengths[k]!),
    right: order.map((k) => right[k]!),
  }
}

const turn = (a: Float64Array, b: Float64Array, cosine: number, sine: number) => {
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]!, b[k]!]
    a[k] = cosine * x - sine * y
    b[k] = sine * x + cosine * y
  }
}
