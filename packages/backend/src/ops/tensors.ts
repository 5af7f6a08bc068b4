import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { sizeOf } from '../kernel.js'
import { combine } from '../kernels/binary.js'
import { reduceTo } from '../kernels/reduce.js'

/** A tensor of tfjs over a result of a kernel. */
export const wrap = (backend: TensorBackend, info: tf.TensorInfo): tf.Tensor =>
  tf.engine().makeTensorFromTensorInfo(info, backend)

/** A new tensor with unspecified numbers, and its address. */
export const output = (
  backend: TensorBackend,
  shape: readonly number[],
): { readonly tensor: tf.Tensor; readonly at: number } => {
  const info = backend.output(shape)
  return { tensor: wrap(backend, info), at: backend.place(info) }
}

/** f(a, b) of tensors of one shape. */
export const pointwise = (backend: TensorBackend, a: tf.Tensor, b: tf.Tensor, operation: number): tf.Tensor =>
  wrap(backend, combine(backend, a, b, operation)!)

/** Sums over all dimensions but the last. */
export const columnSums = (backend: TensorBackend, x: tf.Tensor): tf.Tensor => {
  const width = x.shape.at(-1)!
  const sums = output(backend, [width])
  reduceTo(backend, backend.place(x), [1, sizeOf(x.shape) / width, width], sums.at)
  return sums.tensor
}
