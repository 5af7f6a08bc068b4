import type { FusedLoss } from '../kernels.js'
import type { ListLoss } from './list.js'

/**
 * Of the negatives in the order they were drawn the first that comes within the margin of the example, n-th of them: Φ(rank) · (margin
 * − s + s′), where rank = ⌊others / n⌋ is what being found so late tells of the example's rank and Φ(k) = 1 + 1/2 + … + 1/k (Weston et
 * al., IJCAI 2011). `others`: items of the catalogue but one.
 */
export const warp = (margin: number, others: number): FusedLoss => ({ name: 'warp', parameters: [margin, others] })

export const warpLoss: ListLoss = ([margin, others], scores, count, _, slopes) => {
  slopes.fill(0, 0, count)
  for (let n = 1; n < count; n++) {
    const over = margin - scores[0]! + scores[n]!
    if (!(over > 0)) continue
    const weight = harmonic(Math.floor(others / n))
    slopes[0] = -weight
    slopes[n] = weight
    return weight * over
  }
  return 0
}

/** 1 + 1/2 + … + 1/k: exact for small k, then by Euler and Maclaurin to 1e-12. */
export const harmonic = (k: number): number => {
  if (k < 32) {
    let sum = 0
    for (let n = k; n > 0; n--) sum += 1 / n
    return sum
  }
  const square = 1 / (k * k)
  return Math.log(k) + 0.5772156649015329 + 1 / (2 * k) - square / 12 + (square * square) / 120
}
