import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { width } from '../../contract/shape.js'
import { Type } from '../../contract/type.js'
import { summedScores } from '../../program/scores.js'
import { broadcastVjp } from './vjp.js'
import { broadcastWidth, commonLength, commonMask, kerasCommonMask, stepShapes } from './widths.js'

/** Sum of vectors, or of the steps of sequences, optionally weighted; what has width 1 is broadcast. */
export const sum = layer({
  summary:
    'Sum of vectors, or of the steps of sequences of equal length, optionally weighted; what has width 1 is broadcast.',
  params: Type.Object(
    {
      weights: Type.Optional(
        Type.Array(Type.Number(), { minItems: 1, description: 'a constant factor for each input' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { vectors: 'many' },
  shape: ({ weights }, { vectors }) => {
    if (weights && weights.length !== vectors.length)
      throw new Error(`needs one weight for each input, got ${weights.length} weights for ${vectors.length} inputs`)
    const length = commonLength(vectors)
    const widest = broadcastWidth(stepShapes(vectors))
    return length === undefined ? [widest] : [length, widest]
  },
  causal: (params) => params,
  form: ({ weights }, { vectors }) =>
    commonLength(vectors) === undefined
      ? {
          is: 'linear',
          vjp: (cotangent) => ({
            inputs: vectors.map((shape, place) => broadcastVjp(cotangent, width(shape), weights?.[place])),
            constant: 0,
          }),
        }
      : undefined,
  apply: ({ weights }, { vectors }) =>
    summedScores(vectors, weights) ?? {
      tensor: vectors
        .map(({ tensor }, place) => (weights && weights[place] !== 1 ? tf.mul(tensor, weights[place]!) : tensor))
        .reduce((a, b) => tf.add(a, b)),
      ...commonMask(vectors),
    },
  keras: {
    name: 'Sum',
    uses: [kerasCommonMask],
    source: `
class Sum(Op):
    """The sum of vectors, or of the steps of sequences, optionally weighted; width 1 is broadcast."""

    def call(self, vectors):
        factors = getattr(self.params, "weights", [1] * len(vectors))
        tensors = [vector.tensor if factor == 1 else vector.tensor * factor for vector, factor in zip(vectors, factors)]
        return Value(functools.reduce(ops.add, tensors), common_mask(vectors))
`,
  },
})
