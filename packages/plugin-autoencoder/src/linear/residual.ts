import { type BothSides, key, normal } from '@recspec/kernels'

const PROBE = key(0x70726f62)

/**
 * ‖z − G P z‖ / ‖z‖ for a random z, in float64: −P is stored in the lower triangle of `negative`, and G is XᵀX with
 * `added` on its diagonal.
 */
export const inverseError = (negative: Float32Array, { byRow, byColumn }: BothSides, added: Float64Array): number => {
  const size = added.length
  const z = Float64Array.from({ length: size }, (_, at) => normal(PROBE, at))
  const y = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const row = negative.subarray(i * size, i * size + i + 1)
    const own = z[i]!
    let sum = 0
    for (let j = 0; j < i; j++) {
      const value = row[j]!
      sum -= value * z[j]!
      y[j]! -= value * own
    }
    y[i]! += sum - row[i]! * own
  }
  const projected = timesVector(byRow, y)
  const product = timesVector(byColumn, projected)
  let [errors, squares] = [0, 0]
  for (let i = 0; i < size; i++) {
    errors += (z[i]! - product[i]! - added[i]! * y[i]!) ** 2
    squares += z[i]! ** 2
  }
  return squares > 0 ? Math.sqrt(errors / squares) : 0
}

const timesVector = ({ start, index, values }: BothSides['byRow'], x: Float64Array): Float64Array => {
  const out = new Float64Array(start.length - 1)
  for (let row = 0; row < out.length; row++) {
    let sum = 0
    for (let place = start[row]!; place < start[row + 1]!; place++)
      sum += (values ? values[place]! : 1) * x[index[place]!]!
    out[row] = sum
  }
  return out
}
