import { metric } from '../../contract/metric.js'

/** Bins of equal width. */
const BINS = 15

/**
 * Expected calibration error: the mean over rows of |share of positives − mean probability| in the row's bin, of 15
 * bins of equal width (Guo et al., ICML 2017).
 */
export const ece = metric({
  summary: 'expected calibration error of probabilities, over 15 bins of equal width (Guo et al., ICML 2017)',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  needsProbabilities: true,
  predictions: ({ predicted, actual }) => {
    const differences = new Float64Array(BINS)
    for (let row = 0; row < actual.length; row++) {
      const bin = Math.min(BINS - 1, Math.floor(predicted[row]! * BINS))
      // a probability that is NaN has no bin
      if (Number.isNaN(bin)) return Number.NaN
      differences[bin]! += actual[row]! - predicted[row]!
    }
    return differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / actual.length
  },
})
