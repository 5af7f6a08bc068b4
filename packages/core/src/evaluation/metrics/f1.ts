import { f1Of } from './classcounts.js'
import { classMetric } from './classmetric.js'

/** Harmonic mean of precision and recall; with classes the mean over them. */
export const f1 = classMetric(
  'harmonic mean of precision and recall of the label 1 (threshold 0.5), or the mean over classes with test rows',
  f1Of,
)
