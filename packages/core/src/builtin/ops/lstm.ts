import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { matmul } from './matmul.js'
import { recurrentParams, unroll } from './recurrent.js'
import { sequenceSizes } from './widths.js'

/** A long short-term memory over a sequence (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000). */
export const lstm = layer({
  summary:
    'A long short-term memory over a sequence (Hochreiter and Schmidhuber, 1997). Gates are stored in the order i ' +
    'f c o; a constant 1 is added inside the forget gate.',
  params: Type.Object(recurrentParams, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: ({ units, returns }, { x }) => {
    const { length } = sequenceSizes(x)
    return returns === 'last' ? [units] : [length, units]
  },
  weights: ({ units }, { x }) => ({
    kernel: { shape: [sequenceSizes(x).dim, 4 * units], init: 'glorot' },
    recurrent: { shape: [units, 4 * units], init: 'glorot' },
    bias: { shape: [4 * units], init: 'zeros' },
  }),
  causal: (params) => ({ ...params, returns: 'sequence' as const }),
  apply: ({ units, returns }, { x }, { kernel, recurrent, bias }) => {
    const steps = tf.add(matmul(x.tensor, kernel), bias) // [n, length, i f c o]
    const zeros = tf.zeros([x.tensor.shape[0]!, units])
    return unroll(steps, x.mask, [zeros, zeros], returns, (input, [h, c]) => {
      const [i, f, candidate, o] = tf.split(tf.add(input, tf.matMul(h!, recurrent)), 4, -1) as tf.Tensor[]
      // a constant 1 inside the forget gate: at the start of training the cell state is kept
      const kept = tf.mul(tf.sigmoid(tf.add(f!, 1)), c!)
      const cell = tf.add(kept, tf.mul(tf.sigmoid(i!), tf.tanh(candidate!)))
      return [tf.mul(tf.sigmoid(o!), tf.tanh(cell)), cell]
    })
  },
})
