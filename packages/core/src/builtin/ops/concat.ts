import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { type Shape, width } from '../../contract/shape.js'

/** Concatenation of vectors. */
export const concat = layer({
  summary: 'Concatenates vectors.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { vectors: 'many' },
  shape: (_, { vectors }) => [joinedWidth(vectors)],
  form: (_, { vectors }) => ({
    is: 'linear',
    vjp: (cotangent) => {
      const ends = vectors.map((_, place) => joinedWidth(vectors.slice(0, place + 1)))
      return { inputs: ends.map((end, place) => cotangent.slice(end - width(vectors[place]!), end)), constant: 0 }
    },
  }),
  apply: (_, { vectors }) => ({
    tensor:
      vectors.length === 1
        ? vectors[0]!.tensor
        : tf.concat(
            vectors.map(({ tensor }) => tensor),
            -1,
          ),
  }),
})

const joinedWidth = (shapes: readonly Shape[]): number => shapes.map(width).reduce((sum, size) => sum + size, 0)
