import { loss, Type, tf } from '@recspec/core'

/**
 * Weighted squared error over all cells of users × items: the target is 1 in observed cells and 0 in others (Hu et al.,
 * ICDM 2008; with `unobservedWeight`: Rendle et al., RecSys 2022). Scores [cells], one term per cell.
 */
export const weightedSquares = loss({
  summary:
    'Weighted squared error over all cells of users × items. With alpha: Σ c(r)(ŷ − 1)² over observed cells and Σ ŷ²' +
    ' over the others, where c is the confidence (Hu et al., ICDM 2008). With unobservedWeight α₀: Σ (ŷ − 1)² over ' +
    'observed cells and α₀ Σ ŷ² over all (Rendle et al., RecSys 2022). Takes exactly one of the two.',
  params: Type.Object(
    {
      alpha: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 1e9,
          description: 'α of the confidence; r is the target, 1 without one, summed over the events of a cell',
        }),
      ),
      confidence: Type.Enum(['linear', 'log'], {
        default: 'linear',
        description: '`linear`: 1 + α r; `log`: 1 + α log(1 + r / ε)',
      }),
      epsilon: Type.Number({
        default: 1,
        minimum: 1e-9,
        maximum: 1e9,
        description: 'ε of the logarithmic confidence',
      }),
      unobservedWeight: Type.Optional(
        Type.Number({ minimum: 1e-9, maximum: 1e9, description: 'α₀: weight of the target 0 in every cell' }),
      ),
      counted: Type.Optional(
        Type.Enum(['all', 'observed'], {
          description:
            'cells that count for `nu` of the penalty: `all`, those without an event by their weight (default), or the ' +
            '`observed` ones, as in Spark',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects({ alpha, unobservedWeight }) {
    if (alpha !== undefined && unobservedWeight !== undefined)
      return 'takes either "alpha" or "unobservedWeight", got both'
    if (alpha === undefined && unobservedWeight === undefined) return 'needs "alpha" or "unobservedWeight", got neither'
    return undefined
  },
  examples: ({ counted }) => ({ of: 'cell', items: 'all', ...(counted && { counted }) }),
  apply({ alpha = 0, confidence, epsilon, unobservedWeight }, { score }, { target, positive }) {
    const observed = positive!
    const value = tf.reshape(score.tensor, observed.shape)
    const observedError = tf.mul(observed, tf.square(tf.sub(value, 1)))
    const squaredScore = tf.square(value)
    if (unobservedWeight !== undefined) return tf.add(observedError, tf.mul(squaredScore, unobservedWeight))
    const r = target ?? observed
    const gain = confidence === 'log' ? tf.log1p(tf.div(r, epsilon)) : r
    return tf.add(tf.mul(tf.add(1, tf.mul(gain, alpha)), observedError), tf.mul(tf.sub(1, observed), squaredScore))
  },
  quadratic({ alpha = 0, confidence, epsilon, unobservedWeight }) {
    // (ŷ − 1)² + α₀ŷ² = (1 + α₀)(ŷ − 1/(1 + α₀))² + α₀/(1 + α₀)
    if (unobservedWeight !== undefined)
      return {
        target: () => 1 / (1 + unobservedWeight),
        weight: () => 1 + unobservedWeight,
        unobserved: unobservedWeight,
      }
    const gain = (r: number) => (confidence === 'log' ? Math.log1p(r / epsilon) : r)
    return { target: () => 1, weight: (r) => 1 + alpha * gain(r), unobserved: 1 }
  },
  keras: {
    name: 'WeightedSquares',
    reads: ['target', 'positive'],
    source: `
class WeightedSquares(Loss):
    """The weighted squared error of all cells (Hu et al., ICDM 2008; Rendle et al., RecSys 2022)."""

    def terms(self, score, labels):
        observed = labels.positive
        value = ops.reshape(score, ops.shape(observed))
        error = observed * ops.square(value - 1)
        if hasattr(self.params, "unobservedWeight"):
            return error + self.params.unobservedWeight * ops.square(value)
        gain = observed if labels.target is None else labels.target
        if self.params.confidence == "log":
            gain = ops.log1p(gain / self.params.epsilon)
        return (1 + self.params.alpha * gain) * error + (1 - observed) * ops.square(value)
`,
  },
})
