import { jacobi } from '../jacobi.js'
import { elasticNet } from './elasticnet.js'
import { gramRows, largestOfRows, sparseGram } from './gram.js'
import type { MatrixKernels } from './kernels.js'
import { addProduct, addSparseProduct, addTransposed, sparseProduct } from './products.js'
import { scaleSymmetric, sweepBlock } from './sweep.js'

/** The kernels on matrices in TypeScript, on plain arrays. */
export const referenceMatrices: MatrixKernels = {
  allocate: (length) => new Float32Array(length),
  allocateIntegers: (length) => new Int32Array(length),
  free() {},
  sparseProduct,
  addSparseProduct,
  addProduct,
  addTransposed,
  gramRows,
  sparseGram,
  largestOfRows,
  sweepBlock,
  scaleSymmetric,
  elasticNet,
  eigen: jacobi,
}
