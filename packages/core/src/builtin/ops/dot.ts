import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { equalWidth } from './widths.js'

/** Dot product of two vectors. */
export const dot = layer({
  summary: 'Dot product of two vectors.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { a: 'one', b: 'one' },
  shape: (_, { a, b }) => {
    equalWidth([a, b])
    return [1]
  },
  form: () => ({ is: 'dot', normalized: false }),
  apply: (_, { a, b }) => ({ tensor: tf.sum(tf.mul(a.tensor, b.tensor), -1, true) }),
  keras: {
    name: 'Dot',
    source: `
class Dot(Op):
    """The dot product of two vectors."""

    def call(self, a, b):
        return Value(ops.sum(a.tensor * b.tensor, axis=-1, keepdims=True))
`,
  },
})
