import { type DenseKernels, openDense } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'

/** What the wasm backend lets a kernel do with its heap. */
export interface WasmBackend extends tf.KernelBackend {
  readonly wasm: { readonly asm: { readonly memory: object } }
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array
  getMemoryOffset(dataId: tf.DataId): number
}

let opened: Promise<DenseKernels | undefined> | undefined

/** Our own kernels on the heap of the wasm backend, which must be the one that runs; undefined where the engine has no SIMD. */
export const heapKernels = (): Promise<DenseKernels | undefined> => {
  opened ??= openDense((tf.backend() as WasmBackend).wasm.asm.memory)
  return opened
}

/** The numbers of a tensor for those who only look, and before the next operation: on wasm they are not copied. */
export const viewData = (tensor: tf.Tensor): Float32Array =>
  tf.getBackend() === 'wasm'
    ? ((tf.backend() as WasmBackend).typedArrayFromHeap(tensor) as Float32Array)
    : (tensor.dataSync() as Float32Array)
