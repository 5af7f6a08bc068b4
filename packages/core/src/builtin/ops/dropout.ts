import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import type { Context } from '../../contract/value.js'
import { identity } from './vjp.js'

/**
 * Dropout (Srivastava et al., 2014): in training sets a share of the components to 0 and divides the others by 1 −
 * rate.
 */
export const dropout = layer({
  summary:
    'Dropout (Srivastava et al., 2014): in training, sets a share of the components to 0 and divides the others by ' +
    '1 − rate. A user-side or item-side node has one mask per distinct user or item of the batch, not per example.',
  params: Type.Object(
    {
      rate: Type.Number({
        default: 0.5,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'share of the components set to 0',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: ({ rate }) => ({ ...identity, dropout: rate, ...(rate > 0 ? { whenServing: true } : {}) }),
  causal: (params) => params,
  apply: ({ rate }, { x }, _, context) => ({ ...x, tensor: applyDropout(x.tensor, rate, context) }),
  keras: {
    name: 'Dropout',
    source: `
class Dropout(Op):
    """In training, a share of the components is 0 and the others are divided by 1 - rate."""

    def call(self, x, training=False):
        return x._replace(tensor=self.dropped(x.tensor, self.params.rate, training))
`,
  },
})

/** In training: a share `rate` of x set to 0, the rest divided by 1 − rate. */
export const applyDropout = (x: tf.Tensor, rate: number, context: Context): tf.Tensor => {
  if (!context.training || rate === 0) return x
  if (context.dropout) return context.dropout(x, rate)
  return tf.mul(x, tf.div(tf.cast(tf.greaterEqual(context.uniform(x.shape), rate), 'float32'), 1 - rate))
}
