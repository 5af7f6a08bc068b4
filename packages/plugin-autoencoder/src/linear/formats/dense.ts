import type { MatrixArrays, MatrixContext } from '@recspec/core'
import { matrixKernels } from '@recspec/kernels'
import { floats, held } from './arrays.js'
import type { Part } from './part.js'

/** The array `dense` [items, items]: row j is what item j adds to the scores of all items. */
export const openDense = (arrays: MatrixArrays, { items, kernels }: MatrixContext): Part | undefined => {
  const found = floats(arrays, 'dense')
  if (!found) return undefined
  if (found.length !== items * items)
    throw new Error(`needs ${items} × ${items} numbers in "dense", got ${found.length}`)
  const dense = held(kernels, found)
  const matrices = matrixKernels(kernels)
  return {
    add(lists, out) {
      const product = matrices.allocate(out.length)
      matrices.sparseProduct(lists, dense, items, product)
      for (let at = 0; at < out.length; at++) out[at]! += product[at]!
      matrices.free(product)
    },
  }
}
