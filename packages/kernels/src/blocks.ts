import { rotateToEigenbasis } from './basis.js'
import { solveWithJitter } from './cholesky.js'
import type { HalfStep, LeastSquaresReport } from './halfstep.js'

/**
 * The normal equations of `size` columns at a time of every row, the others fixed: iALS++ (Rendle et al., 2022), in
 * float64.
 */
export const blocks = (half: HalfStep, size: number): LeastSquaresReport => {
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
    const x = Float64Array.from(place, (value) => (Number.isFinite(value) ? value : 0))
    const scores = new Float64Array(end - first)
    for (let cell = first; cell < end; cell++) {
      for (let z = 0; z < dim; z++)
        scores[cell - first] = scores[cell - first]! + fixed[index[cell]! * dim + z]! * x[z]!
    }
    let worst = 0
    for (let from = 0; from < dim; from += size) {
      const width = Math.min(size, dim - from)
      const matrix = new Float64Array(width * width)
      const slope = new Float64Array(width)
      for (let i = 0; i < width; i++) {
        const shared = eigen[from + i]! + ridge[row]!
        matrix[i * width + i] = shared
        slope[i] = -shared * x[from + i]!
      }
      for (let cell = first; cell < end; cell++) {
        const y = index[cell]! * dim + from
        const share = weight[cell]! - unobserved
        const e = weight[cell]! * target[cell]! - share * scores[cell - first]!
        for (let i = 0; i < width; i++) {
          slope[i] = slope[i]! + e * fixed[y + i]!
          for (let j = 0; j <= i; j++)
            matrix[i * width + j] = matrix[i * width + j]! + share * fixed[y + i]! * fixed[y + j]!
        }
      }
      worst = Math.max(worst, solveWithJitter(matrix, slope, width))
      // where the system could not be solved `slope` is zeros and the row stays
      for (let i = 0; i < width; i++) x[from + i] = x[from + i]! + slope[i]!
      for (let cell = first; cell < end; cell++) {
        const y = index[cell]! * dim + from
        for (let i = 0; i < width; i++) scores[cell - first] = scores[cell - first]! + slope[i]! * fixed[y + i]!
      }
    }
    if (worst === 1) outcome.jittered++
    if (worst === 2) outcome.kept++
    place.set(x)
    if (!place.every(Number.isFinite)) place.fill(0)
  }
  return outcome
}
