import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { sizeOf } from '../kernel.js'
import { reduceTo } from '../kernels/reduce.js'
import { activeBackend } from '../open.js'
import { output } from './tensors.js'

/** Rows of a task at least; gradients by γ and β are summed by blocks of rows, at most so many. */
const ROWS = 64
const BLOCKS = 64

const rowBlockOf = (rows: number): number => Math.max(ROWS, Math.ceil(rows / BLOCKS))

const fused = (backend: TensorBackend, x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [from, scale, shift] = all as [tf.Tensor, tf.Tensor, tf.Tensor]
    const width = from.shape.at(-1)!
    const rows = sizeOf(from.shape) / width
    const rowBlock = rowBlockOf(rows)
    const [out, moments] = [output(backend, from.shape), output(backend, [rows, 2])]
    backend.kernels.run('layerNorm', Math.ceil(rows / rowBlock), {
      ...{ x: backend.place(from), gamma: backend.place(scale), beta: backend.place(shift) },
      ...{ out: out.at, moments: moments.at, rows, width, rowBlock, epsilon },
    })
    save([from, scale, moments.tensor])
    return {
      value: out.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        gradients(backend, saved as [tf.Tensor, tf.Tensor, tf.Tensor], dy),
    }
  })(x, gamma, beta)

const gradients = (
  backend: TensorBackend,
  [x, gamma, moments]: readonly [tf.Tensor, tf.Tensor, tf.Tensor],
  dy: tf.Tensor,
): tf.Tensor[] => {
  const width = x.shape.at(-1)!
  const rows = sizeOf(x.shape) / width
  const rowBlock = rowBlockOf(rows)
  const blocks = Math.ceil(rows / rowBlock)
  const [dx, both] = [output(backend, x.shape), output(backend, [2, width])]
  const partials = output(backend, [blocks, 2, width])
  backend.kernels.run('layerNormGradient', blocks, {
    ...{ x: backend.place(x), gamma: backend.place(gamma), moments: backend.place(moments) },
    ...{ dy: backend.place(dy), dx: dx.at, partials: partials.at, rows, width, rowBlock },
  })
  reduceTo(backend, partials.at, [1, blocks, 2 * width], both.at)
  return [dx.tensor, ...tf.unstack(both.tensor)]
}

/** Of operations of tfjs. */
const composed = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor => {
  const centered = tf.sub(x, tf.mean(x, -1, true))
  const variance = tf.mean(tf.square(centered), -1, true)
  return tf.add(tf.mul(tf.div(centered, tf.sqrt(tf.add(variance, epsilon))), gamma), beta)
}

/** γ (x − mean) / √(variance + ε) + β over the last dimension (Ba et al., 2016). */
export const layerNormalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor => {
  const backend = activeBackend()
  return backend && x.size > 0 ? fused(backend, x, gamma, beta, epsilon) : composed(x, gamma, beta, epsilon)
}
