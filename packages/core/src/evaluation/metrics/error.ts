import { type Metric, metric, type Predictions } from '../../contract/metric.js'

const variants = ['rounded'] as const

/** Mean of `error` over test rows; `rounded` rounds predictions to integers first, halves up. */
export const meanError = (
  { predicted, actual }: Predictions,
  variant: string | undefined,
  error: (predicted: number, actual: number) => number,
): number => {
  let sum = 0
  for (let row = 0; row < actual.length; row++) {
    sum += error(variant === 'rounded' ? Math.round(predicted[row]!) : predicted[row]!, actual[row]!)
  }
  return sum / actual.length
}

/**
 * A metric of prediction errors: lower is better, no `@k`; `rounded` measures predictions rounded to integers, halves
 * up.
 */
export const errorMetric = (summary: string, predictions: NonNullable<Metric['predictions']>) =>
  metric({
    summary,
    of: 'predictions',
    better: 'lower',
    k: 'none',
    variants,
    predictions,
  })
