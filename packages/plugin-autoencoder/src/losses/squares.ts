import { loss, Type, tf } from '@recspec/core'

/**
 * Squared error Σ_i (ŷ_ui − x_ui)² of whole rows, where x_ui is 1 for the items that a user has and 0 for all others;
 * scores [rows, items], one term per cell. Solvers of `autoencoder/item-to-item` take the values of the history as x.
 */
export const squares = loss({
  summary: "Squared error of a user's whole row: cells without an event count as 0.",
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? 'reconstructs the row itself and takes no target' : undefined),
  examples: () => ({ of: 'row', items: 'all' }),
  apply: (_, { score }, { positive }) => tf.squaredDifference(tf.reshape(score.tensor, positive!.shape), positive!),
  keras: {
    name: 'Squares',
    reads: ['positive'],
    source: `
class Squares(Loss):
    """The squared error of a whole row, whose cells without an event count as 0."""

    def terms(self, score, labels):
        return ops.square(score - labels.positive)
`,
  },
})
