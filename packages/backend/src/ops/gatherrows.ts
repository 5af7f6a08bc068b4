import * as tf from '@tensorflow/tfjs-core'

/** Gathers values from one axis to another: entry k is values[rows[k]]; the gradient sums over duplicates. */
export const gatherRows = (values: tf.Tensor, rows: tf.Tensor1D): tf.Tensor =>
  tf.customGrad((...given) => {
    const [x, save] = given as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([rows])
    return {
      value: tf.gather(x, rows),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.unsortedSegmentSum(dy, saved[0] as tf.Tensor1D, x.shape[0]!) as tf.Tensor,
    }
  })(values)
