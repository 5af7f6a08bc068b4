import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { dotProduct } from './vjp.js'
import { lastWidth } from './widths.js'

/** A learned number added in every lane: the global mean of a biased factorisation, the bias of a hidden layer. */
export const bias = layer({
  summary: 'Adds a learned number to every number of its input.',
  params: Type.Object(
    {
      init: Type.Union([Type.Number(), Type.Enum(['zeros', 'target-mean'])], {
        default: 'zeros',
        description: 'a number, or the mean of the target over training rows',
      }),
      trainable: Type.Boolean({ default: true, description: 'whether it moves from there' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  weights: ({ init, trainable }, { x }) => ({
    bias: {
      shape: [lastWidth(x)],
      init: typeof init === 'number' ? { type: 'constant', value: init } : init,
      trainable,
    },
  }),
  form: (_, { x }) =>
    x.length === 1
      ? {
          is: 'linear',
          shift: ['bias'],
          vjp: (cotangent, weights) => ({ inputs: [cotangent], constant: dotProduct(cotangent, weights.bias!) }),
        }
      : undefined,
  apply: (_, { x }, weights) => ({ ...x, tensor: tf.add(x.tensor, weights.bias) }),
})
