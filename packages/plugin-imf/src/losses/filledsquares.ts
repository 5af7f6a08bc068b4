import { Failure, loss, Type, tf } from '@recspec/core'

/**
 * Squared error over all cells of users × items, where a cell without an event has a fixed target. `apply` takes scores
 * [cells] and gives one term per cell; it throws with `fill` mean, because a batch does not know the mean.
 */
export const filledSquares = loss({
  summary:
    'Squared error over all cells of users × items, where the target of a cell without an event is the mean or 0: Σ ' +
    '(ŷ − r)². Events of one cell are summed.',
  params: Type.Object(
    {
      fill: Type.Enum(['mean', 'zero'], {
        default: 'mean',
        description:
          'target of a cell without an event: the mean target of training events, or 0; gradient solvers take ' +
          '`zero` only',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  examples: () => ({ of: 'cell', items: 'all' }),
  apply({ fill }, { score }, { target, positive }) {
    if (fill === 'mean')
      throw new Failure(
        'training',
        'cannot fill cells with the mean of the target: a batch does not know it',
        'use the solver "imf/svd", or "fill": "zero"',
      )
    return tf.squaredDifference(tf.reshape(score.tensor, positive!.shape), target ?? positive!)
  },
  keras: {
    name: 'FilledSquares',
    reads: ['target', 'positive'],
    source: `
class FilledSquares(Loss):
    """The squared error of all cells, with the target 0 where there is no event."""

    def terms(self, score, labels):
        if self.params.fill == "mean":
            raise ValueError('a batch does not know the mean of the target: "fill" is "zero" in Keras')
        target = labels.positive if labels.target is None else labels.target
        return ops.square(ops.reshape(score, ops.shape(target)) - target)
`,
  },
})

/** The target of cells without an event, given the targets [events] of training events; undefined targets are all 1. */
export const fillValue = (fill: unknown, targets: Float32Array | undefined): number => {
  if (fill === 'zero') return 0
  if (!targets) return 1
  return targets.length === 0 ? 0 : targets.reduce((sum, value) => sum + value, 0) / targets.length
}
