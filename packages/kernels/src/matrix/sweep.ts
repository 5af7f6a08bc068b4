import { choleskyInPlace, invertLower } from './small.js'

/** Rows and columns of a block that is swept at once, and of a task; sums have an order that depends on it. */
export const SWEEP_BLOCK = 256

/** How many blocks a symmetric matrix has. */
export const sweepBlocks = (size: number): number => Math.ceil(size / SWEEP_BLOCK)

/**
 * The inverse of a symmetric positive definite block [width, width] in float64; undefined where it is not positive
 * definite in float32.
 */
export const invertBlock = (block: Float64Array, width: number): Float64Array | undefined => {
  let largest = 0
  for (let i = 0; i < width; i++) largest = Math.max(largest, block[i * width + i]!)
  const lower = block.slice()
  if (!choleskyInPlace(lower, width, 1e-9 * largest)) return undefined
  const inverse = invertLower(lower, width)
  const out = new Float64Array(width * width)
  // L⁻ᵀ L⁻¹
  for (let k = 0; k < width; k++) {
    const row = inverse.subarray(k * width, k * width + k + 1)
    for (let i = 0; i <= k; i++) {
      const factor = row[i]!
      const to = out.subarray(i * width, i * width + k + 1)
      for (let j = 0; j <= k; j++) to[j]! += factor * row[j]!
    }
  }
  return out
}

/**
 * Sweeps a block of a symmetric matrix [size, size] of which the lower triangle is stored, in place (Beaton, 1964):
 * with D the inverse of the block K, A_KK ← −D, A_iK ← A_iK D, A_ij ← A_ij − A_iK D A_Kj. After every block was swept
 * once the matrix is the negative of its inverse. Returns false, and changes nothing, where the block is not positive
 * definite.
 */
export const sweepBlock = (matrix: Float32Array, size: number, block: number): boolean => {
  const first = block * SWEEP_BLOCK
  const width = Math.min(SWEEP_BLOCK, size - first)
  const at = (i: number, j: number) => (i >= j ? i * size + j : j * size + i)
  const panel = new Float64Array(size * width)
  for (let i = 0; i < size; i++) for (let k = 0; k < width; k++) panel[i * width + k] = matrix[at(i, first + k)]!
  const inverse = invertBlock(panel.slice(first * width, (first + width) * width), width)
  if (!inverse) return false
  const product = new Float64Array(size * width)
  for (let i = 0; i < size; i++)
    for (let k = 0; k < width; k++)
      for (let z = 0; z < width; z++) product[i * width + z]! += panel[i * width + k]! * inverse[k * width + z]!
  const outside = (i: number) => i < first || i >= first + width
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < width; k++) {
      if (outside(i)) matrix[at(i, first + k)] = product[i * width + k]!
      else if (i - first >= k) matrix[at(i, first + k)] = -inverse[(i - first) * width + k]!
    }
    if (!outside(i)) continue
    for (let j = 0; j <= i; j++) {
      if (!outside(j)) continue
      let sum = 0
      for (let k = 0; k < width; k++) sum += product[i * width + k]! * panel[j * width + k]!
      matrix[i * size + j]! -= sum
    }
  }
  return true
}

/** A symmetric matrix, of which the lower triangle is read, with column j times scale[j], in place. */
export const scaleSymmetric = (matrix: Float32Array, scale: Float32Array): void => {
  const size = scale.length
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = matrix[i * size + j]!
      matrix[j * size + i] = value * scale[i]!
      matrix[i * size + j] = value * scale[j]!
    }
  }
}
