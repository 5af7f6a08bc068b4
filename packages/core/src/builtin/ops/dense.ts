import { affine } from '@recspec/backend'
import { Init, type WeightSpec } from '../../contract/init.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { activationParam, activations, kerasActivations } from './activations.js'
import { dotProduct, kernelVjp } from './vjp.js'
import { lastWidth } from './widths.js'

/** f(x K + b) of the concatenated inputs; on a sequence, of each step. */
export const dense = layer({
  summary: 'A dense layer: activation(x · kernel + bias) of the concatenated inputs; on a sequence, at each step.',
  params: Type.Object(
    {
      units: Type.Integer({ minimum: 1, description: 'width of the output' }),
      activation: activationParam('linear'),
      useBias: Type.Boolean({ default: true, description: 'add a learned bias to each unit' }),
      init: Type.With(Init, { default: 'glorot', description: 'initializer of the kernel' }),
      l2: Type.Number({ default: 0, minimum: 0, description: 'l2 penalty on the kernel (not on the bias)' }),
      nu: Type.Number({ default: 1, description: 'exponent of the number of examples in the l2 penalty' }),
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
  causal: (params) => params,
  apply: ({ activation }, { x }, { kernel, bias }) => {
    if (activation === 'linear' || activation === 'relu')
      return { ...x, tensor: affine(x.tensor, kernel!, bias, activation) }
    return { ...x, tensor: activations[activation](affine(x.tensor, kernel!, bias, 'linear')) }
  },
  keras: {
    name: 'Dense',
    uses: [kerasActivations],
    source: `
class Dense(Op):
    """activation(x · kernel + bias); on a sequence, at each step."""

    def call(self, x):
        out = ops.matmul(x.tensor, self.weight.kernel)
        if self.params.useBias:
            out = out + self.weight.bias
        return x._replace(tensor=activations[self.params.activation](out))
`,
  },
})
