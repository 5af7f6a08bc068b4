import type { FusedLoss } from '../kernels.js'
import type { ListLoss } from './list.js'

/** (s − t)², with 0 for the target of negatives. */
export const squares: FusedLoss = { name: 'squares', parameters: [0, 0] }

export const squaresLoss: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const off = scores[j]! - (j === 0 ? target : 0)
    slopes[j] = 2 * off
    sum += off * off
  }
  return sum
}
