import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { width } from '../../contract/shape.js'
import { summedScores } from '../../program/scores.js'
import { broadcastVjp } from './vjp.js'
import { broadcastWidth } from './widths.js'

/** Sum of vectors, optionally weighted; a vector of width 1 is broadcast. */
export const sum = layer({
  summary: 'Sum of vectors, optionally weighted; a vector of width 1 is broadcast.',
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
    return [broadcastWidth(vectors)]
  },
  form: ({ weights }, { vectors }) => ({
    is: 'linear',
    vjp: (cotangent) => ({
      inputs: vectors.map((shape, place) => broadcastVjp(cotangent, width(shape), weights?.[place])),
      constant: 0,
    }),
  }),
  apply: ({ weights }, { vectors }) =>
    summedScores(vectors, weights) ?? {
      tensor: vectors
        .map(({ tensor }, place) => (weights && weights[place] !== 1 ? tf.mul(tensor, weights[place]!) : tensor))
        .reduce((a, b) => tf.add(a, b)),
    },
})
