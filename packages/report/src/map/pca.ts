/** Rows of numbers, one after the other. */
export interface Rows {
  readonly values: ArrayLike<number>
  readonly width: number
}

/** Rows on their two principal components, and the share of the variance that each component has. */
export interface Plane {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly shares: readonly [number, number]
}

/** Power iterations per component: enough where the next eigenvalue is 0.9 of it. */
const ITERATIONS = 300

/**
 * Principal component analysis (Pearson, 1901): eigenvectors of the covariance by power iteration, the second one
 * orthogonal to the first. The sign of a component is such that its largest coordinate is positive.
 */
export const principalPlane = ({ values, width }: Rows): Plane => {
  const count = width === 0 ? 0 : values.length / width
  const means = new Float64Array(width)
  for (let row = 0; row < count; row++)
    for (let column = 0; column < width; column++) means[column]! += values[row * width + column]! / count
  const covariance = new Float64Array(width * width)
  for (let row = 0; row < count; row++)
    for (let a = 0; a < width; a++) {
      const centered = values[row * width + a]! - means[a]!
      for (let b = 0; b < width; b++)
        covariance[a * width + b]! += (centered * (values[row * width + b]! - means[b]!)) / count
    }
  let variance = 0
  for (let column = 0; column < width; column++) variance += covariance[column * width + column]!
  const first = eigenvector(covariance, width, [])
  const second = eigenvector(covariance, width, [first.vector])
  const project = (vector: Float64Array) => {
    const out = new Float64Array(count)
    for (let row = 0; row < count; row++)
      for (let column = 0; column < width; column++)
        out[row]! += (values[row * width + column]! - means[column]!) * vector[column]!
    return out
  }
  const share = (value: number) => (variance > 0 ? value / variance : 0)
  return { x: project(first.vector), y: project(second.vector), shares: [share(first.value), share(second.value)] }
}

/** The eigenvector of the largest eigenvalue, orthogonal to those found before. */
const eigenvector = (matrix: Float64Array, width: number, found: readonly Float64Array[]) => {
  // distinct numbers, so that the start is orthogonal to no eigenvector but by accident
  let vector = Float64Array.from({ length: width }, (_, column) => 1 + 1 / (column + 1.5))
  let value = 0
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(width)
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) next[a]! += matrix[a * width + b]! * vector[b]!
    for (const one of found) {
      const along = next.reduce((sum, number, column) => sum + number * one[column]!, 0)
      for (let column = 0; column < width; column++) next[column]! -= along * one[column]!
    }
    value = Math.hypot(...next)
    if (value === 0) return { vector: new Float64Array(width), value }
    vector = next.map((number) => number / value)
  }
  const largest = vector.reduce((most, number) => (Math.abs(number) > Math.abs(most) ? number : most), 0)
  return { vector: vector.map((number) => number * Math.sign(largest)), value }
}
