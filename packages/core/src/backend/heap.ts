import { type DenseKernels, openDense } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'

/** The methods of the wasm backend that give access to its heap. */
export interface WasmBackend extends tf.KernelBackend {
  readonly wasm: { readonly asm: { readonly memory: object } }
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array
  getMemoryOffset(dataId: tf.DataId): number
}

let opened: Promise<DenseKernels | undefined> | undefined

/** Our kernels on the heap of the wasm backend, which must be active; undefined without SIMD support. */
export const heapKernels = (): Promise<DenseKernels | undefined> => {
  opened ??= openDense((tf.backend() as WasmBackend).wasm.asm.memory)
  return opened
}

/** A read-only view of the numbers of a tensor, valid until the next operation: not copied on wasm. */
export const viewData = (tensor: tf.Tensor): Float32Array =>
  tf.getBackend() === 'wasm'
    ? ((tf.backend() as WasmBackend).typedArrayFromHeap(tensor) as Float32Array)
    : (tensor.dataSync() as Float32Array)
