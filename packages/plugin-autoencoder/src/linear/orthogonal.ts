import { choleskyInPlace, invertLower } from '@recspec/kernels'

/** A matrix M with M · gram · Mᵀ = I; columns · Mᵀ are orthonormal. */
export const orthogonalizer = (gram: Float64Array, size: number): Float64Array => {
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const square = gram[i * size + i]!
    return square > 0 ? 1 / Math.sqrt(square) : 0
  })
  const scaled = (ridge: number) =>
    gram.map((value, at) => {
      const [i, j] = [Math.floor(at / size), at % size]
      return i === j ? 1 + ridge : value * scale[i]! * scale[j]!
    })
  for (let ridge = 0; ; ridge = ridge === 0 ? 1e-12 : 10 * ridge) {
    const factor = scaled(ridge)
    if (!choleskyInPlace(factor, size, 1e-14)) continue
    const inverse = invertLower(factor, size)
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) inverse[i * size + j]! *= scale[j]!
    return inverse
  }
}
