import type { TensorKernelConfig } from '../kernel.js'
import { binaryKernels } from './binary.js'
import { cast } from './cast.js'
import { concat, pad, slice, split } from './columns.js'
import { batchMatMul, fusedMatMul } from './matmul.js'
import { reductions } from './reduce.js'
import { gather, segmentSum } from './rows.js'
import { softmaxKernels } from './softmax.js'
import { transpose } from './transpose.js'
import { fill, unaryKernels } from './unary.js'

/** The kernels of ours for operations of tfjs. */
export const kernels: readonly TensorKernelConfig[] = [
  ...binaryKernels,
  ...unaryKernels,
  ...reductions,
  ...softmaxKernels,
  batchMatMul,
  fusedMatMul,
  gather,
  segmentSum,
  concat,
  split,
  slice,
  pad,
  transpose,
  fill,
  cast,
]
