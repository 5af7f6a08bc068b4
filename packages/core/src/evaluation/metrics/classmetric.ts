import { metric } from '../../contract/metric.js'
import { type ClassCounts, overClasses } from './classcounts.js'

/** A metric of labels and classes, the mean of a number over the classes that have test rows. */
export const classMetric = (summary: string, number: (counts: ClassCounts) => number) =>
  metric({
    summary,
    of: 'predictions',
    better: 'higher',
    k: 'none',
    variants: [],
    needsProbabilities: true,
    takesClasses: true,
    predictions: overClasses(number),
  })
