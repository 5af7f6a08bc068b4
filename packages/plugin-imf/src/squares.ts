import { loss, Type, tf } from '@recspec/core'

/** Weighted squares over all cells: observed ones are pulled to 1, all others to 0. */
export const weightedSquares = loss({
  summary:
    'Σ c(r)(ŷ − 1)² over observed cells and Σ ŷ² over the others (Hu et al., ICDM 2008), or with unobservedWeight α₀ ' +
    'Σ (ŷ − 1)² over observed cells and α₀ Σ ŷ² over all (Rendle et al., RecSys 2022).',
  params: Type.Object(
    {
      alpha: Type.Optional(
        Type.Number({ minimum: 0, description: 'confidence an observation gains with its target r' }),
      ),
      confidence: Type.Enum(['linear', 'log'], { default: 'linear', description: '1 + α r, or 1 + α log(1 + r / ε)' }),
      epsilon: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'ε of the logarithmic confidence' }),
      unobservedWeight: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'α₀: weight with which every cell is pulled to 0' }),
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
  examples: () => ({ of: 'cell', items: 'all' }),
  apply({ alpha = 0, confidence, epsilon, unobservedWeight }, { score }, { target, positive }) {
    const observed = positive!
    const value = tf.reshape(score.tensor, observed.shape)
    const missed = tf.mul(observed, tf.square(tf.sub(value, 1)))
    const size = tf.square(value)
    if (unobservedWeight !== undefined) return tf.add(missed, tf.mul(size, unobservedWeight))
    const r = target ?? observed
    const gain = confidence === 'log' ? tf.log1p(tf.div(r, epsilon)) : r
    return tf.add(tf.mul(tf.add(1, tf.mul(gain, alpha)), missed), tf.mul(tf.sub(1, observed), size))
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
})
