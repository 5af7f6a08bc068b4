import { layerNormalize } from '@recspec/backend'
import type { KerasText } from '../../contract/keras.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { lastWidth } from './widths.js'

/** Layer normalization of the last axis in Keras. */
export const kerasLayerNormalize: KerasText = {
  name: 'layer_normalize',
  source: `
def layer_normalize(x, gamma, beta, epsilon):
    """Each vector by its own mean and variance, scaled by gamma and shifted by beta."""
    centered = x - ops.mean(x, axis=-1, keepdims=True)
    variance = ops.mean(ops.square(centered), axis=-1, keepdims=True)
    return centered / ops.sqrt(variance + epsilon) * gamma + beta
`,
}

/**
 * Layer normalization (Ba et al., 2016): each vector by its own mean and variance, then scaled by γ and shifted by β.
 */
export const layerNorm = layer({
  summary:
    'Layer normalization (Ba et al., 2016): each vector by its own mean and variance, then a learned scale and shift.',
  params: Type.Object(
    {
      epsilon: Type.Number({
        default: 1e-3,
        exclusiveMinimum: 0,
        description: 'added to the variance, inside the root',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  weights: (_, { x }) => ({
    gamma: { shape: [lastWidth(x)], init: 'ones' },
    beta: { shape: [lastWidth(x)], init: 'zeros' },
  }),
  causal: (params) => params,
  apply: ({ epsilon }, { x }, { gamma, beta }) => ({ ...x, tensor: layerNormalize(x.tensor, gamma, beta, epsilon) }),
  keras: {
    name: 'LayerNorm',
    uses: [kerasLayerNormalize],
    source: `
class LayerNorm(Op):
    """Layer normalization (Ba et al., 2016)."""

    def call(self, x):
        return x._replace(
            tensor=layer_normalize(x.tensor, self.weight.gamma, self.weight.beta, self.params.epsilon)
        )
`,
  },
})
