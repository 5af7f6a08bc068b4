/** Differences that rounding alone tells apart count as equal. */
const ROUNDING = 1e-12

/**
 * The two-sided p-value of the paired bootstrap test that a difference is 0: the share of samples whose difference is
 * as far from the observed one as that is from 0, the observed one counted as a sample (Efron and Tibshirani, 1993,
 * chapter 16; Smucker et al., CIKM 2007, with the distribution shifted to mean 0). NaN where a sample has no
 * difference.
 */
export const pairedBootstrapTest = (observed: number, resampled: Float64Array): number => {
  if (Number.isNaN(observed) || resampled.some(Number.isNaN)) return Number.NaN
  const least = Math.abs(observed) * (1 - ROUNDING)
  const extreme = resampled.reduce((count, value) => count + (Math.abs(value - observed) >= least ? 1 : 0), 0)
  return (extreme + 1) / (resampled.length + 1)
}
