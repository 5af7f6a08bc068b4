import type { Sparse } from './sparse.js'

/** Of each held row: how many candidates score higher, and how many score the same, itself included. */
export interface RankCounts {
  readonly above: Int32Array
  readonly tied: Int32Array
}

/**
 * How many rows of `items` score higher than each held row of a query, and how many the same, without the rows that the
 * query skips.
 */
export const countRanks = (
  queries: Float32Array,
  items: Float32Array,
  width: number,
  held: Sparse,
  skip: Sparse,
): RankCounts => {
  const height = items.length / width
  const above = new Int32Array(held.index.length)
  const tied = new Int32Array(held.index.length).fill(1)
  for (let q = 0; q + 1 < held.start.length; q++) {
    const scores = Float32Array.from({ length: height }, (_, row) => {
      let sum = 0
      for (let z = 0; z < width; z++) sum += queries[q * width + z]! * items[row * width + z]!
      return sum
    })
    const skipped = skip.index.subarray(skip.start[q], skip.start[q + 1])
    const own = [...held.index.subarray(held.start[q], held.start[q + 1])].map((row) => scores[row]!)
    for (const row of skipped) scores[row] = Number.NaN
    own.forEach((score, index) => {
      const place = held.start[q]! + index
      // NaN and −∞ rank last
      if (!(score > -Infinity)) above[place] = height - skipped.length - 1
      else {
        above[place] = scores.reduce((count, other) => count + +(other > score), 0)
        tied[place] = scores.reduce((count, other) => count + +(other === score), 0)
      }
    })
  }
  return { above, tied }
}
