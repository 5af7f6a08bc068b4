import { loss, Type, tf } from '@recspec/core'

/** Squared error up to `delta`, linear beyond it, so that a few wild targets weigh less (Huber, 1964). */
export const huber = loss({
  summary: 'Squared error up to delta, linear beyond it (Huber, 1964).',
  params: Type.Object(
    { delta: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'error at which it becomes linear' }) },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply: ({ delta }, { score }, { target }) => {
    const error = tf.abs(tf.sub(tf.reshape(score.tensor, target!.shape), target!))
    const inner = tf.minimum(error, delta)
    return tf.add(tf.mul(tf.square(inner), 0.5), tf.mul(tf.sub(error, inner), delta))
  },
  // the same for one example, by which the fused kernel trains: the loss, and its derivative by the score
  slope: ({ delta }) => ({
    list: (scores, target, slopes) => {
      const error = scores[0]! - target
      const inner = Math.max(-delta, Math.min(delta, error))
      slopes[0] = inner
      return inner * inner * 0.5 + (Math.abs(error) - Math.abs(inner)) * delta
    },
  }),
})
