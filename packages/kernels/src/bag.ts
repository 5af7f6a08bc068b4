/** out[k] = Σ_j weights[j] · table[rows[j]] for j from start[k] to start[k + 1] − 1. */
export const bag = (
  table: Float32Array,
  width: number,
  start: Int32Array,
  rows: Int32Array,
  weights: Float32Array,
  out: Float32Array,
): void => {
  const total = new Float64Array(width)
  for (let k = 0; k + 1 < start.length; k++) {
    total.fill(0)
    for (let j = start[k]!; j < start[k + 1]!; j++) {
      const from = rows[j]! * width
      for (let z = 0; z < width; z++) total[z] = total[z]! + weights[j]! * table[from + z]!
    }
    out.set(total, k * width)
  }
}
