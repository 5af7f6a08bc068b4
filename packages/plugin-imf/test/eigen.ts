/**
 * Eigenvalues in descending order and eigenvectors (as rows) of a small symmetric matrix by two-sided Jacobi rotations.
 */
export const eigen = (symmetric: readonly (readonly number[])[]) => {
  const n = symmetric.length
  const a = symmetric.map((row) => [...row])
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < 100; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (a[p]![q] === 0) continue
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!)
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        for (const rows of [a, vectors]) {
          const [x, y] = [[...rows[p]!], [...rows[q]!]]
          rows[p] = x.map((value, k) => c * value - s * y[k]!)
          rows[q] = x.map((value, k) => s * value + c * y[k]!)
        }
        for (const row of a) {
          const [x, y] = [row[p]!, row[q]!]
          row[p] = c * x - s * y
          row[q] = s * x + c * y
        }
      }
  const order = a.map((_, k) => k).sort((i, j) => a[j]![j]! - a[i]![i]!)
  return { values: order.map((k) => a[k]![k]!), vectors: order.map((k) => vectors[k]!) }
}
