import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import type { Context } from '../../contract/value.js'
import { identity } from './vjp.js'

/** Sets a share of the numbers to 0 in training and scales the others up (Srivastava et al., 2014). */
export const dropout = layer({
  summary: 'Sets a share of the numbers to 0 in training and scales the others up.',
  params: Type.Object(
    { rate: Type.Number({ default: 0.5, minimum: 0, exclusiveMaximum: 1, description: 'share that is set to 0' }) },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: ({ rate }) => ({ ...identity, dropout: rate, ...(rate > 0 ? { whenServing: true } : {}) }),
  apply: ({ rate }, { x }, _, context) => ({ ...x, tensor: applyDropout(x.tensor, rate, context) }),
})

/** A share of the numbers set to 0 in training, the others scaled up so that their expectation stays. */
export const applyDropout = (x: tf.Tensor, rate: number, context: Context): tf.Tensor => {
  if (!context.training || rate === 0) return x
  return tf.mul(x, tf.div(tf.cast(tf.greaterEqual(context.uniform(x.shape), rate), 'float32'), 1 - rate))
}
