import type { Sparse } from './sparse.js'

/**
 * How many rows of `items` score at least as high as each held row of a query, without the rows that the query skips.
 */
export const countAtLeast = (
  queries: Float32Array,
  items: Float32Array,
  width: number,
  held: Sparse,
  skip: Sparse,
): Int32Array => {
  const height = items.length / width
  const counts = new Int32Array(held.index.length)
  for (let q = 0; q + 1 < held.start.length; q++) {
    const scores = Float32Array.from({ length: height }, (_, row) => {
      let sum = 0
      for (let z = 0; z < width; z++) sum += queries[q * width + z]! * items[row * width + z]!
      return sum
    })
    const skipped = skip.index.subarray(skip.start[q], skip.start[q + 1])
    const least = [...held.index.subarray(held.start[q], held.start[q + 1])].map((row) => scores[row]!)
    for (const row of skipped) scores[row] = Number.NaN
    least.forEach((score, place) => {
      // NaN and −∞ rank last
      counts[held.start[q]! + place] =
        score > -Infinity ? scores.reduce((count, other) => count + +(other >= score), 0) : height - skipped.length
    })
  }
  return counts
}
