import { absolute } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { Type } from '../../contract/type.js'

/** |score − target| on observed events; its derivative at 0 is 0. */
export const mae = loss({
  summary: 'Absolute error of each event.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => {
    const gap = tf.sub(tf.reshape(score.tensor, target!.shape), target!)
    // the gradient of tf.abs at 0 is −1
    return tf.add(tf.relu(gap), tf.relu(tf.neg(gap)))
  },
  slope: () => ({ kernel: absolute }),
  keras: {
    name: 'MAE',
    reads: ['target'],
    source: `
class MAE(Loss):
    """The absolute error of each event."""

    def terms(self, score, labels):
        gap = ops.reshape(score, ops.shape(labels.target)) - labels.target
        return ops.relu(gap) + ops.relu(-gap)
`,
  },
})
