import { metric, type Predictions } from '../../contract/metric.js'

/** Probability that a positive row scores above a negative one, ties ½; NaN without both. */
const aucOf = ({ predicted, actual }: Predictions, rows: Int32Array): number => {
  const order = rows.slice().sort((a, b) => predicted[a]! - predicted[b]!)
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
}

const allRows = ({ actual }: Predictions): Int32Array => Int32Array.from({ length: actual.length }, (_, row) => row)

/** The mean over users with both labels, weighted by their rows. */
const perUser = (predictions: Predictions): number => {
  const rows = new Map<number, number[]>()
  for (let row = 0; row < predictions.actual.length; row++) {
    const user = predictions.users?.[row] ?? -1
    if (user < 0) continue
    const own = rows.get(user)
    if (own) own.push(row)
    else rows.set(user, [row])
  }
  let [sum, count] = [0, 0]
  for (const own of rows.values()) {
    const positives = own.filter((row) => predictions.actual[row]! >= 0.5).length
    if (positives === 0 || positives === own.length) continue
    sum += own.length * aucOf(predictions, Int32Array.from(own))
    count += own.length
  }
  return sum / count
}

/**
 * Area under the ROC curve: the probability that a positive row scores above a negative one, ties ½; NaN without both.
 * `per-user` is the mean of that over known users with both labels, weighted by their rows (GAUC; Zhou et al., KDD
 * 2018).
 */
export const auc = metric({
  summary:
    'area under the ROC curve over all test rows: probability that a positive scores above a negative, ties count ' +
    'half; `per-user`: within each user, the mean weighted by rows',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: ['per-user'],
  predictions: (predictions, variant) =>
    variant === 'per-user' ? perUser(predictions) : aucOf(predictions, allRows(predictions)),
})
