import { squares } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { Type } from '../../contract/type.js'

/** (score − target)² on observed events. */
export const mse = loss({
  summary: 'Squared error of each event.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!),
  quadratic: () => ({ target: (value) => value, weight: () => 1 }),
  slope: () => ({ kernel: squares }),
  keras: {
    name: 'MSE',
    reads: ['target'],
    source: `
class MSE(Loss):
    """The squared error of each event."""

    def terms(self, score, labels):
        return ops.square(ops.reshape(score, ops.shape(labels.target)) - labels.target)
`,
  },
})
