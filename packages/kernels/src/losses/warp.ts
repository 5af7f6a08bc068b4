import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = ([margin, others], scores, count, _, slopes) => {
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

/**
 * WARP (Weston et al., IJCAI 2011): Φ(rank) · (margin − s + s′) for the first negative, the n-th drawn, that violates
 * the margin; the others count nothing. Φ(k) = 1 + 1/2 + … + 1/k, and the rank is estimated from the number of draws as
 * ⌊others / n⌋, where `others` is the size of the catalogue less 1.
 */
export const warp = (margin: number, others: number): FusedLoss => ({
  name: 'warp',
  parameters: [margin, others],
  reference,
})

/** The harmonic number 1 + 1/2 + … + 1/k: summed for small k, then by the Euler–Maclaurin formula to 1e-12. */
export const harmonic = (k: number): number => {
  if (k < 32) {
    let sum = 0
    for (let n = k; n > 0; n--) sum += 1 / n
    return sum
  }
  const square = 1 / (k * k)
  return Math.log(k) + 0.5772156649015329 + 1 / (2 * k) - square / 12 + (square * square) / 120
}
