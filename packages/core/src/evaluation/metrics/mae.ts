import { errorMetric, meanError } from './error.js'

/** Mean absolute error. */
export const mae = errorMetric(
  'mean absolute error; `rounded`: of predictions rounded to integers, halves up',
  (rows, variant) => meanError(rows, variant, (predicted, actual) => Math.abs(predicted - actual)),
)
