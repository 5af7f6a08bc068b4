import Type from 'typebox'
import { affine } from '../../backend/dense.js'
import { Init, type WeightSpec } from '../../contract/init.js'
import { layer } from '../../contract/layer.js'
import { activationParam, activations } from './activations.js'
import { dotProduct, kernelVjp } from './vjp.js'
import { lastWidth } from './widths.js'

/** f(x K + b): an affine map of the joined inputs followed by an activation; of each vector of a sequence. */
export const dense = layer({
  summary: 'An affine map of the joined inputs followed by an activation.',
  params: Type.Object(
    {
      units: Type.Integer({ minimum: 1, description: 'width of the output' }),
      activation: activationParam('linear'),
      useBias: Type.Boolean({ default: true, description: 'add a learned number to each unit' }),
      init: Type.With(Init, { default: 'glorot', description: 'how the kernel starts' }),
      l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on the kernel' }),
      nu: Type.Number({ default: 1, description: 'exponent of the number of examples in the penalty' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'joined' },
  shape: ({ units }, { x }) => {
    lastWidth(x)
    return [...x.slice(0, -1), units]
  },
  weights: ({ units, useBias, init, l2, nu }, { x }): Record<string, WeightSpec> => ({
    kernel: { shape: [lastWidth(x), units], init, l2, nu },
    ...(useBias ? { bias: { shape: [units], init: 'zeros' } } : {}),
  }),
  form: ({ activation }, { x }) =>
    activation === 'linear' && x.length === 1
      ? {
          is: 'linear',
          shift: ['bias'],
          vjp: (cotangent, { kernel, bias }) => ({
            inputs: [kernelVjp(kernel!, cotangent)],
            constant: bias ? dotProduct(cotangent, bias) : 0,
          }),
        }
      : undefined,
  outputsProbability: ({ activation }) => activation === 'sigmoid',
  apply: ({ activation }, { x }, { kernel, bias }) => {
    if (activation === 'linear' || activation === 'relu')
      return { ...x, tensor: affine(x.tensor, kernel!, bias, activation) }
    return { ...x, tensor: activations[activation](affine(x.tensor, kernel!, bias, 'linear')) }
  },
})
