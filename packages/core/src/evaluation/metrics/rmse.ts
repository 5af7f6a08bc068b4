import { errorMetric } from './error.js'
import { mse } from './mse.js'

/** Root mean squared error. */
export const rmse = errorMetric(
  'root mean squared error; `rounded`: of predictions rounded to integers, halves up',
  (rows, variant) => Math.sqrt(mse.predictions!(rows, variant)),
)
