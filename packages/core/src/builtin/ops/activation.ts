import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { activationParam, activations, kerasActivations } from './activations.js'
import { identity } from './vjp.js'

/** An elementwise activation. */
export const activation = layer({
  summary: 'An elementwise activation function.',
  params: Type.Object(
    { function: activationParam('relu', 'the function; leakyRelu has slope 0.2 below 0, gelu is exact (by erf)') },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: (params) => (params.function === 'linear' ? identity : undefined),
  outputsProbability: (params) => params.function === 'sigmoid',
  causal: (params) => params,
  apply: (params, { x }) => ({ ...x, tensor: activations[params.function](x.tensor) }),
  keras: {
    name: 'Activation',
    uses: [kerasActivations],
    source: `
class Activation(Op):
    """An elementwise function."""

    def call(self, x):
        return x._replace(tensor=activations[self.params.function](x.tensor))
`,
  },
})
