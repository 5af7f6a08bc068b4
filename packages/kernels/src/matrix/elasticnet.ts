import type { ElasticNet } from './kernels.js'

/** Columns `from` … of an elastic net with an empty diagonal, by cyclic coordinate descent in float64. */
export const elasticNet = (net: ElasticNet, from: number, out: Float32Array): Float64Array => {
  const items = net.diagonal.length
  return Float64Array.from({ length: out.length / items }, (_, k) => {
    const { weights, minimum } = column(net, from + k)
    out.set(weights, k * items)
    return minimum
  })
}

const column = ({ gram, diagonal, ridge, l1, nonNegative, tolerance, sweeps }: ElasticNet, own: number) => {
  const items = diagonal.length
  const weights = new Float64Array(items)
  const slopes = new Float64Array(items)
  const move = (row: number, delta: number) => {
    for (let at = gram.start[row]!; at < gram.start[row + 1]!; at++)
      slopes[gram.index[at]!]! -= delta * gram.values[at]!
  }
  move(own, -1)
  const towards = slopes.slice()
  for (let sweep = 0, largest = Infinity; sweep < 20 * sweeps && largest > tolerance; sweep++) {
    largest = 0
    for (let j = 0; j < items; j++) {
      if (j === own) continue
      const target = slopes[j]! + diagonal[j]! * weights[j]!
      const size = nonNegative && target < 0 ? 0 : Math.max(0, Math.abs(target) - l1 / 2)
      if (size === 0 && weights[j] === 0) continue
      const after = (Math.sign(target) * size) / (diagonal[j]! + ridge[j]!)
      const delta = after - weights[j]!
      weights[j] = after
      move(j, delta)
      largest = Math.max(largest, Math.abs(delta))
    }
  }
  let minimum = diagonal[own]!
  for (const [j, w] of weights.entries()) minimum += w * (ridge[j]! * w - towards[j]! - slopes[j]!) + l1 * Math.abs(w)
  return { weights, minimum }
}
