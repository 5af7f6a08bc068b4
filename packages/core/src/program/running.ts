import * as tf from '@tensorflow/tfjs-core'

/** The sum of the steps up to each one, along axis 1; tfjs has a wrong gradient for all axes but the last. */
export const runningSum = (x: tf.Tensor): tf.Tensor =>
  tf.customGrad((...given) => {
    const [values] = given as unknown as [tf.Tensor]
    return { value: tf.cumsum(values, 1), gradFunc: (dy: tf.Tensor) => tf.cumsum(dy, 1, false, true) }
  })(x)

/** The mean of the steps up to each one, along axis 1; `mask` [n, length, 1] is 0 where there is no step. */
export const runningMean = (x: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  tf.div(runningSum(tf.mul(x, mask)), tf.maximum(tf.cumsum(mask, 1), 1))
