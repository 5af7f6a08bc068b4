import type { Metric, Predictions } from '../../contract/metric.js'

const variants = ['rounded'] as const

/** The mean over test rows of how wrong one prediction is; `rounded` looks at predictions as whole numbers. */
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

/** A metric of predictions: lower is better, no `@k`, and a variant on rounded predictions. */
export const errorMetric = (summary: string, predictions: NonNullable<Metric['predictions']>): Metric => ({
  summary,
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants,
  predictions,
})
