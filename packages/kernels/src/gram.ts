/** Σ over rows of outer products, [width, width]. */
export const gram = (values: Float32Array, width: number): Float64Array => {
  const sums = new Float64Array(width * width)
  for (let from = 0; from < values.length; from += width) {
    for (let i = 0; i < width; i++) {
      const factor = values[from + i]!
      for (let j = 0, at = i * width; j <= i; j++, at++) sums[at] = sums[at]! + factor * values[from + j]!
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) sums[j * width + i] = sums[i * width + j]!
  return sums
}
