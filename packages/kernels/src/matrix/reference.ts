import { jacobi } from '../jacobi.js'
import type { MatrixKernels } from './kernels.js'
import { addProduct, addSparseProduct, sparseProduct } from './products.js'

/** The kernels on matrices in TypeScript, on plain arrays. */
export const referenceMatrices: MatrixKernels = {
  allocate: (length) => new Float32Array(length),
  free() {},
  sparseProduct,
  addSparseProduct,
  addProduct,
  eigen: jacobi,
}
