import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { matmul } from './matmul.js'
import { recurrentParams, unroll } from './recurrent.js'
import { sequenceSizes } from './widths.js'

/**
 * A gated recurrent unit over a sequence (Cho et al., 2014), with the reset gate applied after the recurrent product.
 */
export const gru = layer({
  summary:
    'A gated recurrent unit over a sequence (Cho et al., 2014). Gates are stored in the order z r n; the reset ' +
    'gate is applied after the recurrent product (reset_after of Keras).',
  params: Type.Object(recurrentParams, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: ({ units, returns }, { x }) => {
    const { length } = sequenceSizes(x)
    return returns === 'last' ? [units] : [length, units]
  },
  weights: ({ units }, { x }) => ({
    kernel: { shape: [sequenceSizes(x).dim, 3 * units], init: 'glorot' },
    recurrent: { shape: [units, 3 * units], init: 'glorot' },
    bias: { shape: [3 * units], init: 'zeros' },
    recurrentBias: { shape: [3 * units], init: 'zeros' },
  }),
  causal: (params) => ({ ...params, returns: 'sequence' as const }),
  apply: ({ units, returns }, { x }, { kernel, recurrent, bias, recurrentBias }) => {
    const steps = tf.add(matmul(x.tensor, kernel), bias) // [n, length, update reset candidate]
    const start = tf.zeros([x.tensor.shape[0]!, units])
    return unroll(steps, x.mask, [start], returns, (input, [h]) => {
      const [zx, rx, nx] = tf.split(input, 3, -1) as tf.Tensor[]
      const [zh, rh, nh] = tf.split(tf.add(tf.matMul(h!, recurrent), recurrentBias), 3, -1) as tf.Tensor[]
      const update = tf.sigmoid(tf.add(zx!, zh!))
      const candidate = tf.tanh(tf.add(nx!, tf.mul(tf.sigmoid(tf.add(rx!, rh!)), nh!)))
      return [tf.add(candidate, tf.mul(update, tf.sub(h!, candidate)))]
    })
  },
})
