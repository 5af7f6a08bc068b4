import { errorMetric, meanError } from './error.js'

/** Mean squared error. */
export const mse = errorMetric('mean squared error', (rows, variant) =>
  meanError(rows, variant, (predicted, actual) => (predicted - actual) ** 2),
)
