import { type Context, tf } from '@recspec/core'

/** Standard normal numbers from the uniform ones of a layer (Box and Muller, 1958). */
export const normals = (shape: readonly number[], context: Context): tf.Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  const drawn = context.uniform([2 * size]).dataSync()
  const out = new Float32Array(size)
  for (let k = 0; k < size; k++)
    out[k] = Math.sqrt(-2 * Math.log(1 - drawn[2 * k]!)) * Math.cos(2 * Math.PI * drawn[2 * k + 1]!)
  return tf.tensor(out, [...shape])
}
