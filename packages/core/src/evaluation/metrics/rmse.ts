import { errorMetric } from './error.js'
import { mse } from './mse.js'

/** Root of the mean squared error. */
export const rmse = errorMetric('root of the mean squared error', (rows, variant) =>
  Math.sqrt(mse.predictions!(rows, variant)),
)
