import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { identity } from './pull.js'

/** Sets a share of the numbers to 0 while learning and scales the others up (Srivastava et al., 2014). */
export const dropout = layer({
  summary: 'Sets a share of the numbers to 0 while learning and scales the others up.',
  params: Type.Object(
    { rate: Type.Number({ default: 0.5, minimum: 0, exclusiveMaximum: 1, description: 'share that is set to 0' }) },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: () => identity,
  apply: ({ rate }, { x }, _, context) => {
    if (!context.training || rate === 0) return x
    const kept = tf.cast(tf.greaterEqual(context.uniform(x.tensor.shape), rate), 'float32')
    return { ...x, tensor: tf.mul(x.tensor, tf.div(kept, 1 - rate)) }
  },
})
