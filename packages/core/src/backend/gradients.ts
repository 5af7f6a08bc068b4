// tfjs-core alone knows no gradients under Node; the build inlines this file, because plain Node cannot import it.
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import * as tf from '@tensorflow/tfjs-core'

/** a · b with optional transposes; transposes explicitly on wasm, which multiplies transposed operands slowly. */
export const product = (a: tf.Tensor, b: tf.Tensor, transposeA = false, transposeB = false): tf.Tensor => {
  if (tf.getBackend() !== 'wasm') return tf.matMul(a, b, transposeA, transposeB)
  return tf.matMul(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b)
}

const swapped = (matrix: tf.Tensor): tf.Tensor => {
  const axes = matrix.shape.map((_, axis) => axis)
  return tf.transpose(matrix, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])
}

const ofProduct: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor]
    const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs
    const out = dy as tf.Tensor
    // Y = op(A) op(B): d op(A) = dY op(B)ᵀ, d op(B) = op(A)ᵀ dY, each transposed back where op transposes
    return {
      a: () => (transposeA ? product(b, out, transposeB, true) : product(out, b, false, !transposeB)),
      b: () => (transposeB ? product(out, a, true, transposeA) : product(a, out, !transposeA, false)),
    }
  },
}

/**
 * Replaces the gradient of BatchMatMul: that of tfjs multiplies transposed operands, ten times slower on wasm. Loading
 * tfjs-node registers the gradients of tfjs again, so this is called whenever a backend is chosen.
 */
export const registerGradients = (): void => {
  if (tf.getGradient(tf.BatchMatMul) === ofProduct) return
  tf.unregisterGradient(tf.BatchMatMul)
  tf.registerGradient(ofProduct)
}
