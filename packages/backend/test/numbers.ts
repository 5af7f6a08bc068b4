import { key, normal } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'

/** A tensor of standard normal numbers, the same for the same seed. */
export const tensor = (shape: readonly number[], seed = 1): tf.Tensor => {
  const random = key(seed)
  const size = shape.reduce((product, dim) => product * dim, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, at) => normal(random, at)),
    shape as number[],
  )
}

/** A function of tensors, and the shapes of what it reads. */
export interface Case {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  readonly run: (...given: tf.Tensor[]) => tf.Tensor
  /** Default: true. */
  readonly gradient?: boolean
}

/** The result of a case and its gradients by all inputs, along a fixed cotangent. */
export const resultsOf = ({ shapes, run, gradient = true }: Case): readonly Float32Array[] => {
  const results = tf.tidy(() => {
    const given = shapes.map((shape, at) => tensor(shape, at + 1))
    const value = run(...given)
    if (!gradient) return [value]
    const along = tensor(value.shape, 99)
    return [value, ...tf.grads((...inputs) => tf.sum(tf.mul(run(...inputs), along)))(given)]
  })
  const numbers = results.map((result) => result.dataSync().slice() as Float32Array)
  tf.dispose(results)
  return numbers
}
