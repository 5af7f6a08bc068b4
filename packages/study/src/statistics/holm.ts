/**
 * P-values corrected for their number by Holm's step-down method (Scandinavian Journal of Statistics 1979): the chance
 * of one false finding among all is at most what a single corrected value says. NaN is no test, and stays.
 */
export const holm = (values: readonly number[]): readonly number[] => {
  const order = [...values.keys()]
    .filter((index) => !Number.isNaN(values[index]!))
    .sort((a, b) => values[a]! - values[b]!)
  const corrected = values.map(() => Number.NaN)
  let least = 0
  for (const [place, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - place) * values[index]!))
    corrected[index] = least
  }
  return corrected
}
