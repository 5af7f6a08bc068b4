import type { HalfStep, LeastSquaresMethod, LeastSquaresReport } from '../halfstep.js'
import { blocks } from './blocks.js'
import { cholesky } from './cholesky.js'
import { conjugate } from './conjugate.js'
import type { Context } from './context.js'

/** Least squares of every row by a method. */
export const leastSquares = (
  context: Context,
  half: HalfStep,
  method: LeastSquaresMethod,
): Promise<LeastSquaresReport> => {
  switch (method.name) {
    case 'exact':
      return cholesky(context, half)
    case 'cg':
      return conjugate(context, half, method)
    case 'blocks':
      return blocks(context, half, method.size)
  }
}
