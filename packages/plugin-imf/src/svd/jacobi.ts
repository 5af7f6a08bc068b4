import { type Columns, dot } from './columns.js'

/** A singular value decomposition A = left · diag(values) · rightᵀ, values in descending order. */
export interface Svd {
  readonly left: Columns
  readonly values: readonly number[]
  readonly right: Columns
}

const MAX_SWEEPS = 60
/** Two columns whose cosine is below this are orthogonal. */
const TOLERANCE = 1e-15

/** The singular value decomposition of a small square matrix by one-sided Jacobi rotations (Hestenes, 1958). */
export const jacobiSvd = (matrix: Columns): Svd => {
  const size = matrix.length
  const work = matrix.map((column) => column.slice())
  const right = work.map((_, k) => new Float64Array(size).fill(1, k, k + 1))
  for (let sweep = 0, rotated = true; rotated && sweep < MAX_SWEEPS; sweep++) {
    rotated = false
    for (let i = 0; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        const [a, b] = [work[i]!, work[j]!]
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)]
        if (Math.abs(ab) <= TOLERANCE * Math.sqrt(aa * bb)) continue
        rotated = true
        const zeta = (bb - aa) / (2 * ab)
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const cosine = 1 / Math.hypot(1, tangent)
        rotate(a, b, cosine, cosine * tangent)
        rotate(right[i]!, right[j]!, cosine, cosine * tangent)
      }
  }
  const lengths = work.map((column) => Math.sqrt(dot(column, column)))
  const order = lengths.map((_, k) => k).sort((i, j) => lengths[j]! - lengths[i]! || i - j)
  return {
    left: order.map((k) => work[k]!.map((value) => (lengths[k]! > 0 ? value / lengths[k]! : 0))),
    values: order.map((k) => lengths[k]!),
    right: order.map((k) => right[k]!),
  }
}

/** Rotates two columns in place. */
const rotate = (a: Float64Array, b: Float64Array, cosine: number, sine: number) => {
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]!, b[k]!]
    a[k] = cosine * x - sine * y
    b[k] = sine * x + cosine * y
  }
}
