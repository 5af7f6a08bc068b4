/** A range of plausible values. */
export interface ConfidenceInterval {
  readonly low: number
  readonly high: number
}

/** The quantile at `share` of ascending values, linear between neighbors (Hyndman and Fan, 1996, type 7). */
const quantile = (ascending: Float64Array, share: number): number => {
  const place = share * (ascending.length - 1)
  const below = Math.floor(place)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  return low + (high - low) * (place - below)
}

/**
 * The percentile bootstrap interval: the quantiles (1 − level)/2 and (1 + level)/2 of resampled values (Efron, 1979).
 * NaN where the statistic is undefined on a sample.
 */
export const percentileInterval = (resampled: Float64Array, level: number): ConfidenceInterval => {
  if (resampled.length === 0 || resampled.some(Number.isNaN)) return { low: Number.NaN, high: Number.NaN }
  const ascending = resampled.slice().sort()
  return { low: quantile(ascending, (1 - level) / 2), high: quantile(ascending, (1 + level) / 2) }
}
