import type { Metric } from '../../contract/metric.js'
import { meanError } from './error.js'

/** Share of rows where the prediction is on the actual label's side of one half (a half itself is a yes). */
export const accuracy: Metric = {
  summary: 'share of labels that are right when cut at one half',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: [],
  predictions: (rows) => meanError(rows, undefined, (predicted, actual) => Number(predicted >= 0.5 === actual >= 0.5)),
}
