import { loss, Type, tf } from '@recspec/core'

/** Negative log likelihood of a target that is normal around its score; scores [events], one term per event. */
export const gaussian = loss({
  summary:
    'Negative log likelihood of a target with Gaussian noise: (r − ŷ)² / 2σ² + ½ log 2πσ². With tables whose l2 is ' +
    'half the precision of a prior and whose nu is 0 it is probabilistic matrix factorization (Salakhutdinov and ' +
    'Mnih, NIPS 2007).',
  params: Type.Object(
    {
      sigma: Type.Number({
        default: 1,
        minimum: 1e-6,
        maximum: 1e6,
        description: 'σ: standard deviation of the noise',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'event', items: 'own' }),
  apply({ sigma }, { score }, { target }) {
    const squared = tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!)
    return tf.add(tf.mul(squared, precision(sigma) / 2), minimumLoss(sigma))
  },
  deviation: ({ sigma }) => sigma,
  quadratic: ({ sigma }) => ({ target: (r) => r, weight: () => precision(sigma) / 2 }),
  slope: ({ sigma }) => ({
    list: ([score], target, slopes) => {
      const error = score! - target
      slopes[0] = precision(sigma) * error
      return (precision(sigma) / 2) * error * error + minimumLoss(sigma)
    },
  }),
  keras: {
    name: 'Gaussian',
    reads: ['target'],
    source: `
class Gaussian(Loss):
    """The negative log likelihood of a target that is normal around its score."""

    def terms(self, score, labels):
        error = ops.square(ops.reshape(score, ops.shape(labels.target)) - labels.target)
        variance = self.params.sigma**2
        return error / (2 * variance) + 0.5 * np.log(2 * np.pi * variance)
`,
  },
})

const precision = (sigma: number) => 1 / (sigma * sigma)

/** ½ log 2πσ²: the loss where the score equals the target. */
const minimumLoss = (sigma: number) => 0.5 * Math.log(2 * Math.PI * sigma * sigma)
