import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { type Shape, width } from '../../contract/shape.js'
import { Type } from '../../contract/type.js'
import { commonLength, commonMask, kerasCommonMask, stepShapes } from './widths.js'

/** Concatenation of vectors, or of the steps of sequences. */
export const concat = layer({
  summary: 'Concatenates vectors, or the steps of sequences of equal length.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { vectors: 'many' },
  shape: (_, { vectors }) => {
    const length = commonLength(vectors)
    const joined = joinedWidth(stepShapes(vectors))
    return length === undefined ? [joined] : [length, joined]
  },
  causal: (params) => params,
  form: (_, { vectors }) =>
    commonLength(vectors) === undefined
      ? {
          is: 'linear',
          vjp: (cotangent) => {
            const ends = vectors.map((_, place) => joinedWidth(vectors.slice(0, place + 1)))
            return { inputs: ends.map((end, place) => cotangent.slice(end - width(vectors[place]!), end)), constant: 0 }
          },
        }
      : undefined,
  apply: (_, { vectors }) => ({
    tensor:
      vectors.length === 1
        ? vectors[0]!.tensor
        : tf.concat(
            vectors.map(({ tensor }) => tensor),
            -1,
          ),
    ...commonMask(vectors),
  }),
  keras: {
    name: 'Concat',
    uses: [kerasCommonMask],
    source: `
class Concat(Op):
    """Concatenates vectors, or the steps of sequences."""

    def call(self, vectors):
        return Value(ops.concatenate([vector.tensor for vector in vectors], axis=-1), common_mask(vectors))
`,
  },
})

const joinedWidth = (shapes: readonly Shape[]): number => shapes.map(width).reduce((sum, size) => sum + size, 0)
