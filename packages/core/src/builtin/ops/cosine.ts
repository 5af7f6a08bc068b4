import * as tf from '@tensorflow/tfjs-core'
import { l2Normalize } from '../../backend/unit.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { equalWidth } from './widths.js'

/** Cosine similarity of two vectors; 0 where one of them is zero. */
export const cosine = layer({
  summary: 'Cosine similarity of two vectors; 0 where one of them is zero.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { a: 'one', b: 'one' },
  shape: (_, { a, b }) => {
    equalWidth([a, b])
    return [1]
  },
  form: () => ({ is: 'dot', normalized: true }),
  apply: (_, { a, b }) => ({ tensor: tf.sum(tf.mul(l2Normalize(a.tensor), l2Normalize(b.tensor)), -1, true) }),
  keras: {
    name: 'Cosine',
    source: `
class Cosine(Op):
    """The cosine of two vectors; 0 where one of them is zero."""

    def call(self, a, b):
        return Value(ops.sum(unit(a.tensor) * unit(b.tensor), axis=-1, keepdims=True))
`,
  },
})
