import { key, type Sparse, uniform } from '@recspec/kernels'

/** Random rows of 0 and 1, or of weights. */
export const randomRows = (users: number, items: number, seed: number, weighted = false): Sparse => {
  const start = [0]
  const index: number[] = []
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++)
      if (uniform(key(seed, user), item) < 0.5 / (1 + (3 * item) / items)) index.push(item)
    start.push(index.length)
  }
  const values = Float32Array.from(index, (_, at) => 0.5 + uniform(key(seed, -1), at))
  return { start: Int32Array.from(start), index: Int32Array.from(index), ...(weighted && { values }) }
}

/** XᵀX in float64. */
export const gramOf = ({ start, index, values }: Sparse, items: number): Float64Array => {
  const gram = new Float64Array(items * items)
  for (let row = 0; row + 1 < start.length; row++)
    for (let a = start[row]!; a < start[row + 1]!; a++)
      for (let b = start[row]!; b < start[row + 1]!; b++)
        gram[index[a]! * items + index[b]!]! += (values?.[a] ?? 1) * (values?.[b] ?? 1)
  return gram
}

/** The inverse of a matrix by Gauss and Jordan in float64. */
export const inverseOf = (matrix: Float64Array, size: number): Float64Array => {
  const a = Array.from({ length: size }, (_, i) => [
    ...matrix.subarray(i * size, (i + 1) * size),
    ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
  ])
  for (let k = 0; k < size; k++) {
    const pivot = a[k]![k]!
    a[k] = a[k]!.map((value) => value / pivot)
    for (let i = 0; i < size; i++) {
      const factor = a[i]![k]!
      if (i !== k) a[i] = a[i]!.map((value, j) => value - factor * a[k]![j]!)
    }
  }
  return Float64Array.from(a.flatMap((row) => row.slice(size)))
}

/** The bytes of an array as text, which is quick to compare. */
export const contentOf = (array: Float32Array) => new TextDecoder('latin1').decode(new Uint8Array(array.slice().buffer))
