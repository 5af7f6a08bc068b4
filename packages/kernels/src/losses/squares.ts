import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const off = scores[j]! - (j === 0 ? target : 0)
    slopes[j] = 2 * off
    sum += off * off
  }
  return sum
}

/** Squared error (s − t)² of each score; the target of a negative is 0. */
export const squares: FusedLoss = { name: 'squares', parameters: [0, 0], reference }
