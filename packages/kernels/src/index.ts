export { constants as tensorConstants } from './boundary.generated.js'
export type { RankCounts } from './countranks.js'
export {
  type BatchPass,
  type FusedBatches,
  type FusedDropout,
  type FusedEpoch,
  type FusedKernels,
  type FusedModel,
  type FusedNegatives,
  type FusedSegment,
  type FusedSide,
  fusedKernels,
} from './fused.js'
export type * from './halfstep.js'
export type * from './kernels.js'
export * from './losses/index.js'
export type { FusedLoss, ListLoss, LossParameters } from './losses/loss.js'
export { harmonic } from './losses/warp.js'
export {
  type BothSides,
  type DenseProduct,
  type ElasticNet,
  type MatrixKernels,
  matrixKernels,
} from './matrix/kernels.js'
export { choleskyInPlace, invertLower, multiplySmall } from './matrix/small.js'
export { sweepBlocks } from './matrix/sweep.js'
export { KernelMemoryError } from './memoryerror.js'
export { type KernelOptions, openKernels } from './open.js'
export { MAX_STEPS } from './optimizers/denseadam.js'
export * from './optimizers/index.js'
export {
  type DeferredUpdates,
  initialState,
  type OptimizedTable,
  type Optimizer,
  type OptimizerParameters,
  type OptimizerReference,
  type OptimizerRow,
  slots,
  updatesUnreadRows,
} from './optimizers/optimizer.js'
export * from './random.js'
export { bisect, lowerBound } from './search.js'
export type { Sparse } from './sparse.js'
export { type TensorJob, type TensorKernel, type TensorKernels, tensorKernels } from './tensor/kernels.js'
export { simd as hasSimd } from './wasm/webassembly.js'
