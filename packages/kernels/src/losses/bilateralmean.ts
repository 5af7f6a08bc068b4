import { againstNegatives } from './bilateral.js'
import type { FusedLoss, ListLoss } from './loss.js'

const reference: ListLoss = (parameters, scores, count, target, slopes) =>
  againstNegatives(parameters, scores, count, target, slopes)

/**
 * Bilateral softmax of positives that count together: its target is the log of the mean of e^(s / temperature) over the
 * positives of the same user in the step, which `FusedBatches.positives` gives.
 */
export const bilateralMean = (temperature: number, weight: number): FusedLoss => ({
  name: 'bilateralMean',
  parameters: [temperature, weight],
  reference,
  together: true,
})
