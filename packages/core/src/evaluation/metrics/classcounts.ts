import type { Predictions } from '../../contract/metric.js'

/** Test rows of a class, rows predicted as it, and rows that are both. */
export interface ClassCounts {
  readonly rows: number
  readonly predicted: number
  readonly right: number
}

/** The counts of each class; of a target of 0 and 1 those of the label 1, with the threshold ½. */
export const classCounts = ({ predicted, actual, classes }: Predictions): readonly ClassCounts[] => {
  const counts = Array.from({ length: classes ?? 2 }, () => ({ rows: 0, predicted: 0, right: 0 }))
  for (let row = 0; row < actual.length; row++) {
    const own = classes ? actual[row]! : Number(actual[row]! >= 0.5)
    const found = classes ? likeliest(predicted, row, classes) : Number(predicted[row]! >= 0.5)
    counts[own]!.rows++
    counts[found]!.predicted++
    if (own === found) counts[own]!.right++
  }
  return classes ? counts : [counts[1]!]
}

/** The class with the highest probability; of equal ones the first. */
export const likeliest = (predicted: ArrayLike<number>, row: number, classes: number): number => {
  let best = 0
  for (let k = 1; k < classes; k++) if (predicted[row * classes + k]! > predicted[row * classes + best]!) best = k
  return best
}

/** Share of the rows predicted as a class that are of it; 0 where there is none. */
export const precisionOf = ({ predicted, right }: ClassCounts): number => (predicted === 0 ? 0 : right / predicted)

/** Share of the rows of a class that are predicted as it. */
export const recallOf = ({ rows, right }: ClassCounts): number => right / rows

/** Harmonic mean of precision and recall. */
export const f1Of = ({ rows, predicted, right }: ClassCounts): number => (2 * right) / (rows + predicted)

/** The mean of a number over the classes that have test rows; NaN without any. */
export const overClasses =
  (number: (counts: ClassCounts) => number) =>
  (predictions: Predictions): number => {
    const present = classCounts(predictions).filter(({ rows }) => rows > 0)
    return present.reduce((sum, counts) => sum + number(counts), 0) / present.length
  }
