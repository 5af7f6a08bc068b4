/**
 * Eigenvectors of a symmetric matrix as rows, and its eigenvalues, largest first: cyclic Jacobi rotations until the
 * matrix is diagonal.
 */
export const jacobi = (symmetric: Float64Array, dim: number): { vectors: Float64Array; values: Float64Array } => {
  const a = Float64Array.from(symmetric)
  const vectors = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) vectors[i * dim + i] = 1
  const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let sweep = 0, moved = size > 0; moved && sweep < 60; sweep++) {
    moved = false
    for (let p = 0; p < dim; p++) {
      for (let q = p + 1; q < dim; q++) {
        const beside = a[p * dim + q]!
        if (Math.abs(beside) <= 1e-17 * size) continue
        moved = true
        const tilt = (a[q * dim + q]! - a[p * dim + p]!) / (2 * beside)
        const t = (tilt >= 0 ? 1 : -1) / (Math.abs(tilt) + Math.sqrt(tilt * tilt + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = c * t
        // rotates two vectors of a matrix, which start at `first` and `second` and have steps of `stride`
        const turn = (m: Float64Array, first: number, second: number, stride: number) => {
          for (let k = 0; k < dim; k++) {
            const [x, y] = [m[first + k * stride]!, m[second + k * stride]!]
            m[first + k * stride] = c * x - s * y
            m[second + k * stride] = s * x + c * y
          }
        }
        turn(a, p * dim, q * dim, 1)
        turn(a, p, q, dim)
        turn(vectors, p * dim, q * dim, 1)
      }
    }
  }
  const order = Array.from({ length: dim }, (_, i) => i).sort((i, j) => a[j * dim + j]! - a[i * dim + i]! || i - j)
  return {
    vectors: Float64Array.from(order.flatMap((i) => [...vectors.subarray(i * dim, (i + 1) * dim)])),
    values: Float64Array.from(order, (i) => a[i * dim + i]!),
  }
}
