import type { MatrixArrays } from '@recspec/core'
import { type Kernels, type Sparse, tensorKernels } from '@recspec/kernels'

/**
 * An array of float32 among `arrays`; undefined where it is absent. Throws a bare sentence where its type is another.
 */
export const floats = (arrays: MatrixArrays, name: string): Float32Array | undefined => {
  const array = arrays[name]
  if (array === undefined || array instanceof Float32Array) return array
  throw new Error(`needs "${name}" as float32`)
}

/** An array of int32 among `arrays`; undefined where it is absent. Throws a bare sentence where its type is another. */
export const integers = (arrays: MatrixArrays, name: string): Int32Array | undefined => {
  const array = arrays[name]
  if (array === undefined || array instanceof Int32Array) return array
  throw new Error(`needs "${name}" as int32`)
}

/** Throws a bare sentence where rows are no sparse matrix with `columns` columns. */
export const checkSparse = ({ start, index, values }: Sparse, columns: number, name: string): void => {
  if (start[0] !== 0 || start[start.length - 1] !== index.length || (values && values.length !== index.length))
    throw new Error(`needs as many entries in "${name}" as its starts say, got ${index.length}`)
  for (let row = 0; row + 1 < start.length; row++)
    if (start[row]! > start[row + 1]!) throw new Error(`needs ascending starts in "${name}"`)
  if (index.some((column) => !(column >= 0 && column < columns)))
    throw new Error(`needs entries from 0 to ${columns - 1} in "${name}"`)
}

/** The array in the kernels' memory: itself where it is there, else a copy. */
export const held = <A extends Float32Array | Int32Array>(kernels: Kernels, array: A): A => {
  const tensors = tensorKernels(kernels)
  if (!tensors || tensors.holds(array)) return array
  const copy = array instanceof Float32Array ? kernels.float32(array.length) : kernels.int32(array.length)
  copy.set(array)
  return copy as A
}

/** A sparse matrix in the kernels' memory. */
export const heldSparse = (kernels: Kernels, { start, index, values }: Sparse): Sparse => ({
  start: held(kernels, start),
  index: held(kernels, index),
  ...(values && { values: held(kernels, values) }),
})
