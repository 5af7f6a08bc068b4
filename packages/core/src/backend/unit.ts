import * as tf from '@tensorflow/tfjs-core'

/** Vectors scaled to length 1; one shorter than 10⁻⁶ is scaled as if it were that long. */
export const l2Normalize = (x: tf.Tensor): tf.Tensor =>
  tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)))
