import { loss, Type, tf } from '@recspec/core'

/**
 * Squared error (ŷ − r)² of the observed cells of users' rows; scores [cells], one term per cell (Sedhain et al., WWW
 * 2015).
 */
export const maskedMse = loss({
  summary: "Squared error of the observed cells of a user's row; an example is a whole row (Sedhain et al., WWW 2015).",
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'row', items: 'own' }),
  apply: (_, { score }, { target }) => tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!),
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
  keras: {
    name: 'MaskedMSE',
    reads: ['target'],
    source: `
class MaskedMSE(Loss):
    """The squared error of the observed cells of a row (Sedhain et al., WWW 2015)."""

    def terms(self, score, labels):
        return ops.square(ops.reshape(score, ops.shape(labels.target)) - labels.target)
`,
  },
})
