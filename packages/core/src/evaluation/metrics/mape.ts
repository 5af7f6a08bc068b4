import { errorMetric } from './error.js'

/** Mean of |predicted − actual| / |actual| as a share (0.25 is 25 %); rows with an actual value of 0 are skipped. */
export const mape = errorMetric(
  'mean absolute error as a share of the actual value (0.25 is 25 %), rows with actual 0 skipped; `rounded`: of ' +
    'predictions rounded to integers, halves up',
  (rows, variant) => {
    const { predicted, actual } = rows
    let sum = 0
    let count = 0
    for (let row = 0; row < actual.length; row++) {
      if (actual[row] === 0) continue
      const value = variant === 'rounded' ? Math.round(predicted[row]!) : predicted[row]!
      sum += Math.abs((value - actual[row]!) / actual[row]!)
      count++
    }
    return sum / count
  },
)
