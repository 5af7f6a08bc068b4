import { errorMetric, meanError } from './error.js'

/** Mean squared error. */
export const mse = errorMetric(
  'mean squared error; `rounded`: of predictions rounded to integers, halves up',
  (rows, variant) => meanError(rows, variant, (predicted, actual) => (predicted - actual) ** 2),
)
