import { rotateToEigenbasis } from './basis.js'
import { solveRow } from './cholesky.js'
import type { HalfStep, LeastSquaresReport } from './halfstep.js'

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, z) => sum + value * b[z]!, 0)

/**
 * Conjugate gradients of every row from its present value, in the eigenbasis of the Gram matrix, with a diagonal
 * preconditioner, in float64.
 */
export const conjugate = (half: HalfStep, steps: number, tolerance = 0): LeastSquaresReport => {
  const { solved, fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const eigen = rotateToEigenbasis(half)
  const outcome = { jittered: 0, kept: 0 }
  for (let row = 0; row + 1 < start.length; row++) {
    const place = solved.subarray(row * dim, (row + 1) * dim)
    const [first, end] = [start[row]!, start[row + 1]!]
    if (first === end) {
      place.fill(0)
      continue
    }
    const shared = eigen.map((value) => value + ridge[row]!)
    /** A v, less b if `right`. */
    const apply = (v: Float64Array, right: boolean): Float64Array => {
      const out = shared.map((value, z) => value * v[z]!)
      for (let cell = first; cell < end; cell++) {
        const from = index[cell]! * dim
        let sum = 0
        for (let z = 0; z < dim; z++) sum += fixed[from + z]! * v[z]!
        const e = (weight[cell]! - unobserved) * sum - (right ? weight[cell]! * target[cell]! : 0)
        for (let z = 0; z < dim; z++) out[z] = out[z]! + e * fixed[from + z]!
      }
      return out
    }
    const diagonal = Float64Array.from(shared)
    for (let cell = first; cell < end; cell++) {
      for (let z = 0; z < dim; z++)
        diagonal[z] = diagonal[z]! + (weight[cell]! - unobserved) * fixed[index[cell]! * dim + z]! ** 2
    }
    const inverse = diagonal.map((value) => (value > 0 ? 1 / value : 0))
    const x = Float64Array.from(place)
    const r = apply(x, true).map((value) => -value)
    let z = r.map((value, k) => value * inverse[k]!)
    let p = z
    let rz = dot(r, z)
    const least = Math.max(tolerance * tolerance * rz, 1e-36)
    for (let step = 1; step <= steps && rz > least; step++) {
      const q = apply(p, false)
      const curvature = dot(p, q)
      if (!(curvature > 0)) break
      const a = rz / curvature
      for (let k = 0; k < dim; k++) {
        x[k] = x[k]! + a * p[k]!
        r[k] = r[k]! - a * q[k]!
      }
      z = r.map((value, k) => value * inverse[k]!)
      const next = dot(r, z)
      p = p.map((value, k) => z[k]! + (next / rz) * value)
      rz = next
    }
    place.set(x)
    if (!place.every(Number.isFinite)) {
      place.fill(0)
      solveRow(half, row, eigen, outcome)
    }
  }
  return outcome
}
