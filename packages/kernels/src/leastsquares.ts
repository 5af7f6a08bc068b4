import { blocks } from './blocks.js'
import { cholesky } from './cholesky.js'
import { conjugate } from './conjugate.js'
import type { HalfStep, LeastSquaresMethod, LeastSquaresReport } from './halfstep.js'

/** Least squares of every row by a method, in float64. */
export const leastSquares = (half: HalfStep, method: LeastSquaresMethod): LeastSquaresReport => {
  switch (method.name) {
    case 'exact':
      return cholesky(half)
    case 'cg':
      return conjugate(half, method.steps, method.tolerance)
    case 'blocks':
      return blocks(half, method.size)
  }
}
