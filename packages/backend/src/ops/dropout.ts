import { tensorConstants, uniform } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { activeBackend } from '../open.js'
import { output } from './tensors.js'

const { DROPOUT_BLOCK } = tensorConstants['tensor/dropout']

/** A mask of dropout: number k is kept where uniform(key, first + k) is at least the rate. */
export interface DropoutMask {
  readonly key: number
  readonly first: number
  readonly rate: number
}

const apply = (backend: TensorBackend, x: tf.Tensor, { key, first, rate }: DropoutMask): tf.Tensor => {
  const out = output(backend, x.shape)
  const job = { x: backend.place(x), out: out.at, count: x.size, key, first, rate, factor: 1 / (1 - rate) }
  backend.kernels.run('dropout', Math.ceil(x.size / DROPOUT_BLOCK), job)
  return out.tensor
}

/**
 * Dropout (Srivastava et al., 2014): x with a share `rate` of its numbers set to 0 and the others divided by 1 − rate.
 * The gradient draws the mask again.
 */
export const dropout = (x: tf.Tensor, mask: DropoutMask): tf.Tensor => {
  const backend = activeBackend()
  if (backend)
    return tf.customGrad((...given) => {
      const [from] = given as unknown as [tf.Tensor]
      return { value: apply(backend, from, mask), gradFunc: (dy: tf.Tensor) => apply(backend, dy, mask) }
    })(x)
  const factors = new Float32Array(x.size)
  const rate = Math.fround(mask.rate)
  const factor = 1 / (1 - mask.rate)
  for (let k = 0; k < factors.length; k++)
    factors[k] = Math.fround(uniform(mask.key, mask.first + k)) >= rate ? factor : 0
  return tf.mul(x, tf.tensor(factors, x.shape))
}
