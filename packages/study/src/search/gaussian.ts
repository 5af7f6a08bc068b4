/** The share of a standard normal distribution below a number. */
export const normalBelow = (x: number): number => {
  if (x > 8) return 1
  if (x < -8) return 0
  // φ(x) · Σ x^(2k+1) / (1·3·…·(2k+1))
  let term = x
  let sum = x
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)
}

/** A normal distribution that is cut to the numbers from 0 to 1. */
export interface CutGaussian {
  readonly mean: number
  readonly deviation: number
}

/** The share of a cut normal distribution between two numbers from 0 to 1. */
export const massBetween = ({ mean, deviation }: CutGaussian, low: number, high: number): number => {
  const below = (x: number) => normalBelow((x - mean) / deviation)
  return (below(high) - below(low)) / (below(1) - below(0))
}

/** The logarithm of the density of a cut normal distribution. */
export const logDensityAt = ({ mean, deviation }: CutGaussian, x: number): number => {
  const below = (end: number) => normalBelow((end - mean) / deviation)
  const z = (x - mean) / deviation
  return -0.5 * z * z - Math.log(deviation * Math.sqrt(2 * Math.PI) * (below(1) - below(0)))
}

/** The number below which a share of a cut normal distribution lies. */
export const quantile = (gaussian: CutGaussian, share: number): number => {
  let low = 0
  let high = 1
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (massBetween(gaussian, 0, middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
