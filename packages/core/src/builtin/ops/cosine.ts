import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { equalWidth } from './widths.js'

/** The cosine of the angle between two vectors; 0 where one of them is zero. */
export const cosine = layer({
  summary: 'The cosine of the angle between two vectors.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { a: 'one', b: 'one' },
  shape: (_, { a, b }) => {
    equalWidth([a, b])
    return [1]
  },
  form: () => ({ is: 'dot', unit: true }),
  apply: (_, { a, b }) => ({ tensor: tf.sum(tf.mul(unit(a.tensor), unit(b.tensor)), -1, true) }),
})

/** A vector scaled to length 1; one shorter than 10⁻⁶ is scaled as if it were that long. */
export const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)))
