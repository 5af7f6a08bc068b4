import { key, normal, uniform } from '@recspec/kernels'

/** A sample of Gamma(shape ≥ 1, rate), by rejection from a transformed normal (Marsaglia and Tsang, TOMS 2000). */
export const sampleGamma = (shape: number, rate: number, from: number): number => {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (let attempt = 0; ; attempt++) {
    const attemptKey = key(from, attempt)
    const z = normal(attemptKey, 0)
    const v = (1 + c * z) ** 3
    if (v > 0 && Math.log(1 - uniform(attemptKey, 2)) < 0.5 * z * z + d * (1 - v + Math.log(v))) return (d * v) / rate
  }
}

/**
 * A sample [dim, dim] of Wishart(L Lᵀ, freedom) by Bartlett's decomposition L B Bᵀ Lᵀ: B has normals below its diagonal
 * and square roots of χ² on it. `freedom` is at least dim + 1, so that every χ² has a shape of at least 1.
 */
export const sampleWishart = (l: Float64Array, dim: number, freedom: number, from: number): Float64Array => {
  const b = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    b[i * dim + i] = Math.sqrt(sampleGamma((freedom - i) / 2, 0.5, key(from, i, i)))
    for (let j = 0; j < i; j++) b[i * dim + j] = normal(key(from, i, j), 0)
  }
  const root = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++)
    for (let j = 0; j <= i; j++) for (let k = j; k <= i; k++) root[i * dim + j]! += l[i * dim + k]! * b[k * dim + j]!
  const out = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++)
      for (let k = 0; k <= Math.min(i, j); k++) out[i * dim + j]! += root[i * dim + k]! * root[j * dim + k]!
  return out
}
