import type { TopK } from './kernels.js'
import type { Sparse } from './sparse.js'

/** The k rows of `items` with the largest dot product for each query; scores of −∞ or NaN never rank. */
export const topK = (queries: Float32Array, items: Float32Array, width: number, k: number, skip?: Sparse): TopK => {
  const count = queries.length / width
  const height = items.length / width
  const rows = new Int32Array(count * k).fill(-1)
  const scores = new Float32Array(count * k).fill(-Infinity)
  if (k === 0) return { rows, scores }
  for (let q = 0; q < count; q++) {
    let next = skip ? skip.start[q]! : 0
    const end = skip ? skip.start[q + 1]! : 0
    let found = 0
    for (let row = 0; row < height; row++) {
      if (next < end && skip!.index[next] === row) {
        while (next < end && skip!.index[next] === row) next++
        continue
      }
      let sum = 0
      for (let z = 0, a = q * width, b = row * width; z < width; z++) sum += queries[a++]! * items[b++]!
      const score = Math.fround(sum)
      const last = q * k + k - 1
      if (!(score > scores[last]!)) continue
      // an equal score that came earlier is a smaller row, so a later one never passes it
      let at = q * k + Math.min(found, k - 1)
      while (at > q * k && score > scores[at - 1]!) {
        scores[at] = scores[at - 1]!
        rows[at] = rows[at - 1]!
        at--
      }
      scores[at] = score
      rows[at] = row
      found++
    }
  }
  return { rows, scores }
}
