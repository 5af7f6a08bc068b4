import { lstm as runLstm } from '@recspec/backend'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { kerasUnroll, recurrentParams } from './recurrent.js'
import { sequenceSizes } from './widths.js'

/** A long short-term memory over a sequence (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000). */
export const lstm = layer({
  summary:
    'A long short-term memory over a sequence (Hochreiter and Schmidhuber, 1997). Gates are stored in the order i ' +
    'f c o; a constant 1 is added inside the forget gate.',
  params: Type.Object(recurrentParams, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: ({ units, returns }, { x }) => {
    const { length } = sequenceSizes(x)
    return returns === 'last' ? [units] : [length, units]
  },
  weights: ({ units }, { x }) => ({
    kernel: { shape: [sequenceSizes(x).dim, 4 * units], init: 'glorot' },
    recurrent: { shape: [units, 4 * units], init: 'glorot' },
    bias: { shape: [4 * units], init: 'zeros' },
  }),
  causal: (params) => ({ ...params, returns: 'sequence' as const }),
  apply: ({ returns }, { x }, { kernel, recurrent, bias }) => {
    const states = runLstm(x.tensor, x.mask, { kernel, recurrent, bias }, returns === 'last')
    return returns === 'last' ? { tensor: states } : { ...x, tensor: states }
  },
  keras: {
    name: 'LSTM',
    uses: [kerasUnroll],
    source: `
class LSTM(Op):
    """A long short-term memory (Hochreiter and Schmidhuber, 1997): gates i f c o, 1 is added in the forget gate."""

    def call(self, x):
        zeros = ops.zeros((ops.shape(x.tensor)[0], self.params.units))
        read = x._replace(tensor=ops.matmul(x.tensor, self.weight.kernel) + self.weight.bias)
        return unroll(read, self.step, [zeros, zeros], self.params.returns)

    def step(self, input, states):
        state, cell = states
        i, f, c, o = ops.split(input + ops.matmul(state, self.weight.recurrent), 4, axis=-1)
        cell = ops.sigmoid(f + 1) * cell + ops.sigmoid(i) * ops.tanh(c)
        return [ops.sigmoid(o) * ops.tanh(cell), cell]
`,
  },
})
