import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = ([margin, weight], scores, count, _, slopes) => {
  const short = 1 - scores[0]!
  slopes[0] = short > 0 ? -1 : 0
  const each = count > 1 ? weight / (count - 1) : 0
  let sum = Math.max(short, 0)
  for (let j = 1; j < count; j++) {
    const over = scores[j]! - margin
    slopes[j] = over > 0 ? each : 0
    sum += each * Math.max(over, 0)
  }
  return sum
}

/**
 * Cosine contrastive loss (Mao et al., CIKM 2021): max(0, 1 − s) + weight · mean over negatives of max(0, s′ − margin).
 */
export const ccl = (margin: number, weight: number): FusedLoss => ({
  name: 'ccl',
  parameters: [margin, weight],
  reference,
})
