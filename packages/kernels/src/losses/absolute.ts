import type { FusedLoss } from '../kernels.js'
import type { ListLoss } from './list.js'

/** |s − t|, with 0 for the target of negatives. */
export const absolute: FusedLoss = { name: 'absolute', parameters: [0, 0] }

export const absoluteLoss: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const off = scores[j]! - (j === 0 ? target : 0)
    slopes[j] = Math.sign(off)
    sum += Math.abs(off)
  }
  return sum
}
