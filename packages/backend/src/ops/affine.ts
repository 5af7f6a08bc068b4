import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { sizeOf } from '../kernel.js'
import { multiply, operand } from '../kernels/matmul.js'
import { activeBackend } from '../open.js'
import { columnSums, output, pointwise } from './tensors.js'

const { MASK } = tensorConstants['tensor/binary']

/** Activations that are fused with the affine map before them. */
export type FusedActivation = 'linear' | 'relu'

/** Number of vectors of x, their width, and that of the result. */
const sizes = (x: tf.Tensor, kernel: tf.Tensor) => {
  const [depth, columns] = kernel.shape as [number, number]
  return { batches: 1, rows: sizeOf(x.shape) / depth, depth, columns }
}

/** f(x K + b) as a tensor of the backend. */
export const affineForward = (
  backend: TensorBackend,
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  relu: boolean,
): tf.Tensor => {
  const size = sizes(x, kernel)
  const out = output(backend, [...x.shape.slice(0, -1), size.columns])
  const a = operand(backend.place(x), size.rows, size.depth)
  const b = operand(backend.place(kernel), size.depth, size.columns)
  multiply(backend, size, a, b, out.at, bias ? backend.place(bias) : 0, relu)
  return out.tensor
}

/** The gradient of x K by K, given the gradient by the result. */
export const kernelGradient = (backend: TensorBackend, x: tf.Tensor, kernel: tf.Tensor, dy: tf.Tensor): tf.Tensor => {
  const { rows, depth, columns } = sizes(x, kernel)
  const out = output(backend, kernel.shape)
  const down = operand(backend.place(x), depth, rows, true)
  const slope = operand(backend.place(dy), rows, columns)
  multiply(backend, { batches: 1, rows: depth, depth: rows, columns }, down, slope, out.at)
  return out.tensor
}

/** Gradients of x K by x and K, given the gradient by the result. */
export const productGradients = (
  backend: TensorBackend,
  x: tf.Tensor,
  kernel: tf.Tensor,
  dy: tf.Tensor,
): { readonly dx: tf.Tensor; readonly dkernel: tf.Tensor } => {
  const { rows, depth, columns } = sizes(x, kernel)
  const dx = output(backend, x.shape)
  const slope = operand(backend.place(dy), rows, columns)
  const across = operand(backend.place(kernel), columns, depth, true)
  multiply(backend, { batches: 1, rows, depth: columns, columns: depth }, slope, across, dx.at)
  return { dx: dx.tensor, dkernel: kernelGradient(backend, x, kernel, dy) }
}

const fused = (backend: TensorBackend, given: readonly tf.Tensor[], activation: FusedActivation): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [x, kernel, bias] = all as tf.Tensor[]
    const value = affineForward(backend, x!, kernel!, bias, activation === 'relu')
    save([x!, kernel!, value])
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [from, weights, y] = saved
        const slope = activation === 'relu' ? pointwise(backend, dy, y!, MASK) : dy
        const { dx, dkernel } = productGradients(backend, from!, weights!, slope)
        return bias ? [dx, dkernel, columnSums(backend, slope)] : [dx, dkernel]
      },
    }
  })(...given)

/** Of operations of tfjs. */
const composed = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, activation: FusedActivation) => {
  const [depth, columns] = kernel.shape as [number, number]
  const sums = tf.matMul(x.shape.length === 2 ? x : tf.reshape(x, [-1, depth]), kernel)
  const moved = bias ? tf.add(sums, bias) : sums
  const out = activation === 'relu' ? tf.relu(moved) : moved
  return x.shape.length === 2 ? out : tf.reshape(out, [...x.shape.slice(0, -1), columns])
}

/** f(x K + b) of each row, or of each vector of a sequence: x [..., from], K [from, to], b [to] or none. */
export const affine = (
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  activation: FusedActivation,
): tf.Tensor => {
  const backend = activeBackend()
  return backend
    ? fused(backend, bias ? [x, kernel, bias] : [x, kernel], activation)
    : composed(x, kernel, bias, activation)
}
