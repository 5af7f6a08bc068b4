import { layer, Type, tf, width } from '@recspec/core'

/** uᵀ W v with a trained matrix W [width of u, width of v]; a score [1]. */
export const bilinear = layer({
  summary: 'Bilinear form of two vectors with a trained matrix.',
  params: Type.Object(
    { l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on the matrix' }) },
    { additionalProperties: false },
  ),
  inputs: { u: 'one', v: 'one' },
  shape: (_, { u, v }) => {
    if (u.length !== 1 || v.length !== 1) throw new Error(`needs two vectors, got ${u.length} and ${v.length} axes`)
    return [1]
  },
  weights: ({ l2 }, { u, v }) => ({ matrix: { shape: [width(u), width(v)], init: 'glorot', l2 } }),
  // with it the score is a product of vectors: items are ranked by one matrix product, and `similar` works
  form: () => ({ is: 'bilinear', matrix: 'matrix' }),
  apply: (_, { u, v }, { matrix }) => ({
    tensor: tf.sum(tf.mul(tf.matMul(u.tensor as tf.Tensor2D, matrix as tf.Tensor2D), v.tensor), -1, true),
  }),
})
