import { layer, Type, tf, width } from '@recspec/core'

/** factor · x + shift, with a learned shift. */
export const scale = layer({
  summary: 'factor · x + shift, with a learned shift.',
  params: Type.Object(
    { factor: Type.Number({ default: 1, description: 'what the input is multiplied by' }) },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => [width(x)],
  weights: (_, { x }) => ({ shift: { shape: [width(x)], init: 'zeros' } }),
  form: ({ factor }) => ({
    is: 'linear',
    shift: ['shift'],
    vjp: (cotangent, { shift }) => ({
      inputs: [cotangent.map((value) => factor * value)],
      constant: cotangent.reduce((sum, value, at) => sum + value * shift![at]!, 0),
    }),
  }),
  apply: ({ factor }, { x }, { shift }) => ({ tensor: tf.add(tf.mul(x.tensor, factor), shift) }),
})
