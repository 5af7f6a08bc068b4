import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { dotProduct } from './vjp.js'
import { lastWidth } from './widths.js'

/**
 * x + b with a learned vector b as wide as x: the global mean of a biased factorization, the bias of a hidden layer.
 */
export const bias = layer({
  summary: 'Adds a learned bias to each component of its input.',
  params: Type.Object(
    {
      init: Type.Union([Type.Number(), Type.Enum(['zeros', 'target-mean'])], {
        default: 'zeros',
        description:
          'a number, `zeros`, or the training mean of the target (one column and scale for all heads that read it)',
      }),
      trainable: Type.Boolean({ default: true, description: 'whether the bias is trained' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  weights: ({ init, trainable }, { x }) => ({
    bias: {
      shape: [lastWidth(x)],
      init: typeof init === 'number' ? { type: 'constant', value: init } : init,
      trainable,
    },
  }),
  form: (_, { x }) =>
    x.length === 1
      ? {
          is: 'linear',
          shift: ['bias'],
          vjp: (cotangent, weights) => ({ inputs: [cotangent], constant: dotProduct(cotangent, weights.bias!) }),
        }
      : undefined,
  causal: (params) => params,
  apply: (_, { x }, weights) => ({ ...x, tensor: tf.add(x.tensor, weights.bias) }),
  keras: {
    name: 'Bias',
    source: `
class Bias(Op):
    """Adds a learned bias to each component."""

    def call(self, x):
        return x._replace(tensor=x.tensor + self.weight.bias)
`,
  },
})
