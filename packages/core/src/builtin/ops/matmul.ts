import { affine } from '@recspec/backend'
import type * as tf from '@tensorflow/tfjs-core'

/** [n, in] or [n, length, in] times [in, out], as one matrix product. */
export const matmul = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor => affine(x, kernel, undefined, 'linear')
