import { key, normal } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'

/** Standard normal numbers that depend on a seed only. */
export const noise = (shape: readonly number[], seed: number): tf.Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, draw) => normal(key(seed), draw)),
    [...shape],
  )
}
