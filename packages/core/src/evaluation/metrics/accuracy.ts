import { metric } from '../../contract/metric.js'
import { likeliest } from './classcounts.js'
import { meanError } from './error.js'

/** Share of rows where prediction and label are on the same side of ½ (½ counts as positive), or of the same class. */
export const accuracy = metric({
  summary: 'share of correct labels with the threshold 0.5, or of rows whose class is the most probable one',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: [],
  takesClasses: true,
  predictions: (rows) => {
    const { predicted, actual, classes } = rows
    if (!classes) return meanError(rows, undefined, (score, label) => Number(score >= 0.5 === label >= 0.5))
    let right = 0
    for (let row = 0; row < actual.length; row++) right += Number(likeliest(predicted, row, classes) === actual[row])
    return right / actual.length
  },
})
