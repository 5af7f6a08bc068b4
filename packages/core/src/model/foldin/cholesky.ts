/**
 * Solves a symmetric positive definite system [n, n] for any right-hand side, in doubles. Where the matrix is not definite its
 * diagonal grows, from 10⁻¹² of its mean by factors of 10, until it is: directions that nothing determines stay near zero.
 */
export const cholesky = (matrix: Float64Array, n: number): ((right: Float64Array) => Float64Array) => {
  let trace = 0
  for (let k = 0; k < n; k++) trace += matrix[k * n + k]!
  let lower = factor(matrix, n, 0)
  for (let share = 1e-12; !lower && share < 1; share *= 10) lower = factor(matrix, n, (share * trace) / n)
  if (!lower) return () => new Float64Array(n)
  const found = lower
  return (right) => {
    const x = Float64Array.from(right)
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < row; k++) x[row]! -= found[row * n + k]! * x[k]!
      x[row]! /= found[row * n + row]!
    }
    for (let row = n - 1; row >= 0; row--) {
      for (let k = row + 1; k < n; k++) x[row]! -= found[k * n + row]! * x[k]!
      x[row]! /= found[row * n + row]!
    }
    return x
  }
}

/** The lower factor, or undefined where a pivot is not clearly positive. */
const factor = (matrix: Float64Array, n: number, plus: number): Float64Array | undefined => {
  const lower = new Float64Array(n * n)
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column]! + (row === column ? plus : 0)
      const whole = sum
      for (let k = 0; k < column; k++) sum -= lower[row * n + k]! * lower[column * n + k]!
      if (row !== column) lower[row * n + column] = sum / lower[column * n + column]!
      else if (sum > 1e-14 * whole && sum > 0 && sum < Infinity) lower[row * n + row] = Math.sqrt(sum)
      else return undefined
    }
  return lower
}
