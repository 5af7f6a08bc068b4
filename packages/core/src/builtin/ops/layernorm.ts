import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { lastWidth } from './widths.js'

/** Normalises each vector by its own mean and variance, then scales and shifts every lane (Ba et al., 2016). */
export const layerNorm = layer({
  summary: 'Normalises each vector by its own mean and variance.',
  params: Type.Object(
    { epsilon: Type.Number({ default: 1e-3, exclusiveMinimum: 0, description: 'added to the variance' }) },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  weights: (_, { x }) => ({
    gamma: { shape: [lastWidth(x)], init: 'ones' },
    beta: { shape: [lastWidth(x)], init: 'zeros' },
  }),
  apply: ({ epsilon }, { x }, { gamma, beta }) => ({ ...x, tensor: layerNormalize(x.tensor, gamma, beta, epsilon) }),
})

/** γ (x − mean) / √(variance + ε) + β over the last axis. */
export const layerNormalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor => {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const variance = tf.mean(tf.square(centred), -1, true)
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, epsilon))), gamma), beta)
}
