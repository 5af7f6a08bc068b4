import * as tf from '@tensorflow/tfjs-core'

/** L2-normalized vectors; norms below 10⁻⁶ count as 10⁻⁶. */
export const l2Normalize = (x: tf.Tensor): tf.Tensor =>
  tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)))
