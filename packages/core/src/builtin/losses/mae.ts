import { absolute } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { loss } from '../../contract/loss.js'

/** |score − target| on observed values; its slope where they are equal is 0. */
export const mae = loss({
  summary: 'Absolute error.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => {
    const gap = tf.sub(tf.reshape(score.tensor, target!.shape), target!)
    // tf.abs has slope −1 at 0
    return tf.add(tf.relu(gap), tf.relu(tf.neg(gap)))
  },
  slope: () => ({ kernel: absolute }),
})
