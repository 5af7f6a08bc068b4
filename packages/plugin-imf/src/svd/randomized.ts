import { key, normal } from '@recspec/kernels'
import { type Columns, combine, orthonormalize } from './columns.js'
import { type Decomposition, jacobi } from './jacobi.js'
import { type Matrix, times, transposedTimes } from './matrix.js'

/** An orthonormal basis [users] of where A takes some random directions, to be sharpened by `power`. */
export const sketch = (matrix: Matrix, width: number, from: number): Columns => {
  const directions = Array.from({ length: width }, (_, k) => {
    const own = key(from, k)
    return new Float64Array(matrix.items).map((_, item) => normal(own, item))
  })
  const basis = times(matrix, directions)
  orthonormalize(basis)
  return basis
}

/** One block power iteration: an orthonormal basis of A Aᵀ · basis. */
export const power = (matrix: Matrix, basis: Columns): Columns => {
  const across = transposedTimes(matrix, basis)
  orthonormalize(across)
  const next = times(matrix, across)
  orthonormalize(next)
  return next
}

/** Singular values and vectors of A within the basis, largest first (Halko et al., SIAM Review 2011). */
export const within = (matrix: Matrix, basis: Columns): Decomposition => {
  // Aᵀ Q = P R, so A ≈ Q Rᵀ Pᵀ, and Rᵀ = left · values · rightᵀ
  const across = transposedTimes(matrix, basis)
  const { left, values, right } = jacobi(orthonormalize(across))
  return { left: combine(basis, left), values, right: combine(across, right) }
}
