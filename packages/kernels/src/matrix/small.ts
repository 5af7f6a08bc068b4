/**
 * The lower Cholesky factor of a symmetric positive definite matrix [size, size], in place, zeros above the diagonal.
 * Returns false where a pivot is at most `least`.
 */
export const choleskyInPlace = (matrix: Float64Array, size: number, least = 0): boolean => {
  for (let i = 0; i < size; i++) {
    const row = matrix.subarray(i * size, (i + 1) * size)
    for (let j = 0; j <= i; j++) {
      const other = matrix.subarray(j * size, j * size + j)
      let sum = row[j]!
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!
      if (i > j) row[j] = sum / matrix[j * size + j]!
      else if (sum > least) row[j] = Math.sqrt(sum)
      else return false
    }
    row.fill(0, i + 1)
  }
  return true
}

/** The inverse of a lower triangular matrix [size, size]. */
export const invertLower = (lower: Float64Array, size: number): Float64Array => {
  const inverse = new Float64Array(size * size)
  // row i of the inverse is (e_i − Σ_k<i lower_ik · row k) / lower_ii
  for (let i = 0; i < size; i++) {
    const row = inverse.subarray(i * size, (i + 1) * size)
    row[i] = 1
    for (let k = 0; k < i; k++) {
      const factor = lower[i * size + k]!
      if (factor === 0) continue
      for (let z = 0; z <= k; z++) row[z]! -= factor * inverse[k * size + z]!
    }
    const pivot = lower[i * size + i]!
    for (let z = 0; z <= i; z++) row[z]! /= pivot
  }
  return inverse
}

/** a · b for matrices [size, size]; with `transposed`, a · bᵀ. */
export const multiplySmall = (a: Float64Array, b: Float64Array, size: number, transposed = false): Float64Array => {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const row = out.subarray(i * size, (i + 1) * size)
    for (let k = 0; k < size; k++) {
      if (transposed) {
        let sum = 0
        for (let z = 0; z < size; z++) sum += a[i * size + z]! * b[k * size + z]!
        row[k] = sum
        continue
      }
      const factor = a[i * size + k]!
      if (factor === 0) continue
      for (let z = 0; z < size; z++) row[z]! += factor * b[k * size + z]!
    }
  }
  return out
}
