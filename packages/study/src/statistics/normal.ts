/** The probability that a standard normal number is as far from 0 as `z`, on either side. */
export const normalTails = (z: number): number => complementaryError(Math.abs(z) / Math.SQRT2)

/** Up to here the series loses few digits; from here the continued fraction converges fast. */
const SERIES_END = 2.5

/** erfc(x) for x ≥ 0: its Taylor series near 0, else Laplace's continued fraction (Abramowitz and Stegun, 7.1). */
const complementaryError = (x: number): number => {
  if (x < SERIES_END) {
    let term = x
    let sum = x
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = x
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}
