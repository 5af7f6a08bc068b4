import { loss, Type, tf } from '@recspec/core'

/** Squares over all cells, where a cell without an event counts as a fixed value. */
export const filledSquares = loss({
  summary:
    'Σ (ŷ − r)² over all cells of users × items, where a cell without an event counts as the mean of the target, or as 0.',
  params: Type.Object(
    {
      fill: Type.Enum(['mean', 'zero'], {
        default: 'mean',
        description: 'what cells without an event count as: the mean target of training events, or 0',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  examples: () => ({ of: 'cell', items: 'all' }),
  apply({ fill }, { score }, { target, positive }) {
    if (fill === 'mean')
      throw new Error('fills cells with the mean of the target, which batches do not hold: train it by imf/svd')
    return tf.squaredDifference(tf.reshape(score.tensor, positive!.shape), target ?? positive!)
  },
})

/** What cells without an event count as, given the targets of training events. */
export const fillOf = (fill: unknown, targets: Float32Array | undefined): number => {
  if (fill === 'zero') return 0
  if (!targets) return 1
  return targets.length === 0 ? 0 : targets.reduce((sum, value) => sum + value, 0) / targets.length
}
