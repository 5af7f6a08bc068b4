import { l2Normalize } from '../../backend/unit.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { lastWidth } from './widths.js'

/** L2-normalizes each vector; a zero vector stays zero. The dot product of two such vectors is their cosine. */
export const l2Norm = layer({
  summary: 'L2-normalizes each vector; a zero vector stays zero.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  form: () => ({ is: 'l2Normalize' }),
  causal: (params) => params,
  apply: (_, { x }) => ({ ...x, tensor: l2Normalize(x.tensor) }),
  keras: {
    name: 'L2Norm',
    source: `
class L2Norm(Op):
    """Each vector divided by its length; a zero vector stays zero."""

    def call(self, x):
        return x._replace(tensor=unit(x.tensor))
`,
  },
})
