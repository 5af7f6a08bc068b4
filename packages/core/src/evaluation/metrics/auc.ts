import type { Metric } from '../../contract/metric.js'

/**
 * Area under the ROC curve: the probability that a positive row scores above a negative one, ties ½; NaN without both.
 */
export const auc: Metric = {
  summary:
    'area under the ROC curve over all test rows: probability that a positive scores above a negative, ties count half',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: [],
  predictions: ({ predicted, actual }) => {
    const order = Int32Array.from({ length: actual.length }, (_, row) => row)
    order.sort((a, b) => predicted[a]! - predicted[b]!)
    let below = 0
    let positives = 0
    let won = 0
    for (let from = 0, to = 0; from < order.length; from = to) {
      let tied = 0
      for (; to < order.length && predicted[order[to]!] === predicted[order[from]!]; to++) {
        if (actual[order[to]!]! >= 0.5) tied++
      }
      // NaN differs from itself: the group would never end
      if (to === from) return Number.NaN
      won += tied * (below + (to - from - tied) / 2)
      below += to - from - tied
      positives += tied
    }
    return won / (positives * below)
  },
}
