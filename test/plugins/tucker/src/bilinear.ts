import { Init, layer, Type, tf, width } from '@recspec/core'

/** uᵀ W v for vectors u [m] and v [n] (the core of a Tucker decomposition). */
export const bilinear = layer({
  summary: 'uᵀ W v for two vectors, with a learned matrix W.',
  params: Type.Object(
    {
      init: Type.With(Init, { default: 'glorot', description: 'how the matrix starts' }),
      l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on the matrix' }),
    },
    { additionalProperties: false },
  ),
  inputs: { u: 'one', v: 'one' },
  shape: () => [1],
  weights: ({ init, l2 }, { u, v }) => ({ core: { shape: [width(u), width(v)], init, l2 } }),
  form: () => ({ is: 'bilinear', matrix: 'core' }),
  apply: (_, { u, v }, { core }) => ({
    tensor: tf.sum(tf.mul(tf.matMul(u.tensor as tf.Tensor2D, core as tf.Tensor2D), v.tensor), -1, true),
  }),
})
