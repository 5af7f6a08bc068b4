/**
 * Factorizes a symmetric positive definite matrix [n, n] in float64; returns its solver. Where the matrix is not
 * positive definite, a ridge is added to its diagonal, from 10⁻¹² of the mean diagonal in steps of 10×: undetermined
 * directions stay near zero.
 */
export const cholesky = (matrix: Float64Array, n: number): ((right: Float64Array) => Float64Array) => {
  let trace = 0
  for (let k = 0; k < n; k++) trace += matrix[k * n + k]!
  let lower = factor(matrix, n, 0)
  for (let share = 1e-12; !lower && share < 1; share *= 10) lower = factor(matrix, n, (share * trace) / n)
  if (!lower) return () => new Float64Array(n)
  const factored = lower
  return (right) => {
    const x = Float64Array.from(right)
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < row; k++) x[row]! -= factored[row * n + k]! * x[k]!
      x[row]! /= factored[row * n + row]!
    }
    for (let row = n - 1; row >= 0; row--) {
      for (let k = row + 1; k < n; k++) x[row]! -= factored[k * n + row]! * x[k]!
      x[row]! /= factored[row * n + row]!
    }
    return x
  }
}

/** The lower factor, or undefined where a pivot is not clearly positive. */
const factor = (matrix: Float64Array, n: number, ridge: number): Float64Array | undefined => {
  const lower = new Float64Array(n * n)
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column]! + (row === column ? ridge : 0)
      const diagonal = sum
      for (let k = 0; k < column; k++) sum -= lower[row * n + k]! * lower[column * n + k]!
      if (row !== column) lower[row * n + column] = sum / lower[column * n + column]!
      else if (sum > 1e-14 * diagonal && sum > 0 && sum < Infinity) lower[row * n + row] = Math.sqrt(sum)
      else return undefined
    }
  return lower
}
