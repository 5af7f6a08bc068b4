import { key, normal } from '@recspec/kernels'
import { type Columns, multiplyColumns, orthonormalize } from './columns.js'
import { jacobiSvd, type Svd } from './jacobi.js'
import { multiply, multiplyTransposed, type OffsetMatrix } from './matrix.js'

/** An orthonormal basis [users, width] of the range of A on `width` random vectors. */
export const randomBasis = (matrix: OffsetMatrix, width: number, from: number): Columns => {
  const vectors = Array.from({ length: width }, (_, k) => {
    const vectorKey = key(from, k)
    return new Float64Array(matrix.items).map((_, item) => normal(vectorKey, item))
  })
  const basis = multiply(matrix, vectors)
  orthonormalize(basis)
  return basis
}

/** One block power iteration: an orthonormal basis [users, width] of A Aᵀ · basis. */
export const powerIteration = (matrix: OffsetMatrix, basis: Columns): Columns => {
  const projected = multiplyTransposed(matrix, basis)
  orthonormalize(projected)
  const next = multiply(matrix, projected)
  orthonormalize(next)
  return next
}

/** The singular value decomposition of A restricted to the range of the basis (Halko et al., SIAM Review 2011). */
export const svdInBasis = (matrix: OffsetMatrix, basis: Columns): Svd => {
  // Aᵀ Q = P R, so A ≈ Q Rᵀ Pᵀ, and Rᵀ = left · values · rightᵀ
  const projected = multiplyTransposed(matrix, basis)
  const { left, values, right } = jacobiSvd(orthonormalize(projected))
  return { left: multiplyColumns(basis, left), values, right: multiplyColumns(projected, right) }
}
