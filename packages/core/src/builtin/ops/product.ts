import * as tf from '@tensorflow/tfjs-core'

/** [n, in] or [n, length, in] times [in, out], as one product of matrices. */
export const timesKernel = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor => {
  if (x.shape.length === 2) return tf.matMul(x, kernel)
  const [from, to] = kernel.shape as [number, number]
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, from]), kernel), [...x.shape.slice(0, -1), to])
}
