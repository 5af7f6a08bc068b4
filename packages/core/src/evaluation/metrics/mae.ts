import { errorMetric, meanError } from './error.js'

/** Mean absolute error. */
export const mae = errorMetric('mean absolute error', (rows, variant) =>
  meanError(rows, variant, (predicted, actual) => Math.abs(predicted - actual)),
)
