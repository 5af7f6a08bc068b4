import { key, normal, permutation, uniform } from '@recspec/kernels'

/** A vector of standard normal numbers, drawn by key. */
export const normalVector = (length: number, ...parts: readonly number[]): Float64Array => {
  const of = key(...parts)
  return Float64Array.from({ length }, (_, index) => normal(of, index))
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

/** Cumulative sums of weights, to draw from by `sampleIndex`. */
export const cumulativeSums = (weights: ArrayLike<number>): Float64Array => {
  let sum = 0
  return Float64Array.from(weights, (weight) => (sum += weight))
}

/** The index that a number in [0, 1) chooses, in proportion to the weights of cumulative sums. */
export const sampleIndex = (sums: Float64Array, at: number): number => {
  const wanted = at * sums[sums.length - 1]!
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The entry that a number in [0, 1) chooses. */
export const choose = <T>(list: readonly T[], at: number): T =>
  list[Math.min(list.length - 1, Math.floor(at * list.length))]!

/** Whole numbers in proportion to weights, each at most `most`, whose sum is `total`. */
export const allocate = (weights: Float64Array, total: number, most: number): Int32Array => {
  const counts = new Int32Array(weights.length)
  let left = total
  let open = weights.reduce((sum, weight) => sum + weight, 0)
  // the largest weights first, so that what exceeds `most` goes to the others
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b)
  for (const index of order) {
    const fair = open > 0 ? Math.round((left * weights[index]!) / open) : 0
    counts[index] = Math.max(0, Math.min(most, left, fair))
    left -= counts[index]!
    open -= weights[index]!
  }
  for (let at = 0; left > 0; at = (at + 1) % order.length) {
    const index = order[at]!
    if (counts[index]! >= most) continue
    counts[index]!++
    left--
  }
  return counts
}

export { key, normal, permutation, uniform }
