import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const off = scores[j]! - (j === 0 ? target : 0)
    slopes[j] = Math.sign(off)
    sum += Math.abs(off)
  }
  return sum
}

/** Absolute error |s − t| of each score; the target of a negative is 0. */
export const absolute: FusedLoss = { name: 'absolute', parameters: [0, 0], reference }
