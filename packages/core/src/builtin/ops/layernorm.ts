import { layerNormalize } from '@recspec/backend'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { lastWidth } from './widths.js'

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
})
