import { gru as runGru } from '@recspec/backend'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { kerasUnroll, recurrentParams } from './recurrent.js'
import { sequenceSizes } from './widths.js'

/**
 * A gated recurrent unit over a sequence (Cho et al., 2014), with the reset gate applied after the recurrent product.
 */
export const gru = layer({
  summary:
    'A gated recurrent unit over a sequence (Cho et al., 2014). Gates are stored in the order z r n; the reset ' +
    'gate is applied after the recurrent product (reset_after of Keras).',
  params: Type.Object(recurrentParams, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: ({ units, returns }, { x }) => {
    const { length } = sequenceSizes(x)
    return returns === 'last' ? [units] : [length, units]
  },
  weights: ({ units }, { x }) => ({
    kernel: { shape: [sequenceSizes(x).dim, 3 * units], init: 'glorot' },
    recurrent: { shape: [units, 3 * units], init: 'glorot' },
    bias: { shape: [3 * units], init: 'zeros' },
    recurrentBias: { shape: [3 * units], init: 'zeros' },
  }),
  causal: (params) => ({ ...params, returns: 'sequence' as const }),
  apply: ({ returns }, { x }, { kernel, recurrent, bias, recurrentBias }) => {
    const states = runGru(x.tensor, x.mask, { kernel, recurrent, bias, recurrentBias }, returns === 'last')
    return returns === 'last' ? { tensor: states } : { ...x, tensor: states }
  },
  keras: {
    name: 'GRU',
    uses: [kerasUnroll],
    source: `
class GRU(Op):
    """A gated recurrent unit (Cho et al., 2014): gates z r n, the reset gate after the recurrent product."""

    def call(self, x):
        zeros = ops.zeros((ops.shape(x.tensor)[0], self.params.units))
        read = x._replace(tensor=ops.matmul(x.tensor, self.weight.kernel) + self.weight.bias)
        return unroll(read, self.step, [zeros], self.params.returns)

    def step(self, input, states):
        (state,) = states
        zx, rx, nx = ops.split(input, 3, axis=-1)
        zh, rh, nh = ops.split(ops.matmul(state, self.weight.recurrent) + self.weight.recurrentBias, 3, axis=-1)
        candidate = ops.tanh(nx + ops.sigmoid(rx + rh) * nh)
        return [candidate + ops.sigmoid(zx + zh) * (state - candidate)]
`,
  },
})
