import type { Metric } from '../../contract/metric.js'
import { meanError } from './error.js'

/** Share of rows where prediction and label are on the same side of ½; ½ itself counts as positive. */
export const accuracy: Metric = {
  summary: 'share of correct labels with the threshold 0.5',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: [],
  predictions: (rows) => meanError(rows, undefined, (predicted, actual) => Number(predicted >= 0.5 === actual >= 0.5)),
}
