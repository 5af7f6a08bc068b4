import { Failure } from '@recspec/core'

/**
 * Overwrites the lower triangle of A [dim, dim] with its Cholesky factor L, L Lᵀ = A. Throws a `Failure` of kind
 * `training` where A is not positive definite.
 */
export const cholesky = (a: Float64Array, dim: number): void => {
  for (let i = 0; i < dim; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * dim + j]!
      for (let k = 0; k < j; k++) sum -= a[i * dim + k]! * a[j * dim + k]!
      if (i !== j) a[i * dim + j] = sum / a[j * dim + j]!
      else if (sum > 0 && sum < Infinity) a[i * dim + i] = Math.sqrt(sum)
      else
        throw new Failure(
          'training',
          'a precision matrix is not positive definite',
          'targets or vectors are too large: scale the target, or raise "sigma"',
        )
    }
}

/** Solves L x = b in place. */
export const solveLower = (l: Float64Array, b: Float64Array, dim: number): void => {
  for (let i = 0; i < dim; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= l[i * dim + k]! * b[k]!
    b[i] = sum / l[i * dim + i]!
  }
}

/** Solves Lᵀ x = b in place. */
export const solveLowerTransposed = (l: Float64Array, b: Float64Array, dim: number): void => {
  for (let i = dim - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < dim; k++) sum -= l[k * dim + i]! * b[k]!
    b[i] = sum / l[i * dim + i]!
  }
}

/** The inverse [dim, dim] of L Lᵀ, both triangles. */
export const inverseOf = (l: Float64Array, dim: number): Float64Array => {
  const out = new Float64Array(dim * dim)
  const column = new Float64Array(dim)
  for (let j = 0; j < dim; j++) {
    column.fill(0)
    column[j] = 1
    solveLower(l, column, dim)
    solveLowerTransposed(l, column, dim)
    for (let i = 0; i < dim; i++) out[i * dim + j] = column[i]!
  }
  return out
}
