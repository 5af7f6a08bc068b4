import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { equalWidth } from './widths.js'

/** Elementwise product of two or more vectors of equal width. */
export const hadamard = layer({
  summary: 'Elementwise product of two or more vectors of equal width.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { vectors: 'many' },
  shape: (_, { vectors }) => {
    if (vectors.length < 2) throw new Error(`needs two inputs or more, got ${vectors.length}`)
    return [equalWidth(vectors)]
  },
  form: (_, { vectors }) => (vectors.length === 2 ? { is: 'product' } : undefined),
  apply: (_, { vectors }) => ({ tensor: vectors.map(({ tensor }) => tensor).reduce((a, b) => tf.mul(a, b)) }),
  keras: {
    name: 'Hadamard',
    source: `
class Hadamard(Op):
    """The elementwise product of vectors."""

    def call(self, vectors):
        return Value(functools.reduce(ops.multiply, [vector.tensor for vector in vectors]))
`,
  },
})
