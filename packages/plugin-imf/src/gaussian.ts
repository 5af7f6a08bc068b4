import { loss, Type, tf } from '@recspec/core'

/** Minus the log likelihood of a target that is normal around its score. */
export const gaussian = loss({
  summary:
    '(r − ŷ)² / 2σ² + ½ log 2πσ², minus the log likelihood of a rating with Gaussian noise; with an l2 of half the ' +
    'precision and nu 0 on the tables, probabilistic matrix factorisation (Salakhutdinov and Mnih, NIPS 2007).',
  params: Type.Object(
    { sigma: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'σ: standard deviation of the noise' }) },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply({ sigma }, { score }, { target }) {
    const missed = tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!)
    return tf.add(tf.mul(missed, precision(sigma) / 2), surprise(sigma))
  },
  deviation: ({ sigma }) => sigma,
  quadratic: ({ sigma }) => ({ target: (r) => r, weight: () => precision(sigma) / 2 }),
  slope: ({ sigma }) => ({
    list: ([score], target, slopes) => {
      const off = score! - target
      slopes[0] = precision(sigma) * off
      return (precision(sigma) / 2) * off * off + surprise(sigma)
    },
  }),
})

const precision = (sigma: number) => 1 / (sigma * sigma)

/** ½ log 2πσ²: the loss of a score that is right. */
const surprise = (sigma: number) => 0.5 * Math.log(2 * Math.PI * sigma * sigma)
