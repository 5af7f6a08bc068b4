import { lstm as runLstm } from '@recspec/backend'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { recurrentParams } from './recurrent.js'
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
})
