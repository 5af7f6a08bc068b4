import { loss, Type, tf } from '@recspec/core'
import { cellsOf } from './kl.js'

/**
 * ln q(z | x) − ln p(z | x) of a sampled code z ~ N(μ, σ²), summed over its width, one term per row, with the composite
 * prior p of RecVAE: a mixture of N(0, 1), the code of an earlier encoder and a wide Gaussian (Shenbin et al., WSDM
 * 2020). All inputs are [rows, width].
 */
export const compositeKl = loss({
  summary: 'Divergence of a sampled code from the composite prior of RecVAE (Shenbin et al., WSDM 2020).',
  params: Type.Object(
    {
      weights: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
        default: [0.15, 0.75, 0.1],
        minItems: 3,
        maxItems: 3,
        description: 'of the standard normal, the earlier code and the wide Gaussian',
      }),
      wide: Type.Number({ default: 10, description: 'logarithm of the variance of the wide Gaussian' }),
      times: Type.Optional(
        Type.Enum(['interactions'], { description: 'multiply the divergence of a row by the number of its cells' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { code: 'one', mean: 'one', logVar: 'one', earlierMean: 'one', earlierLogVar: 'one' },
  rejects: ({ weights }) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return Math.abs(total - 1) < 1e-6 ? undefined : `needs weights that sum to 1, got ${total}`
  },
  examples: () => ({ of: 'row', items: 'none' }),
  apply: ({ weights, wide, times }, { code, mean, logVar, earlierMean, earlierLogVar }, labels) => {
    const z = code.tensor
    const own = logDensity(z, mean.tensor, logVar.tensor)
    const parts = [
      logDensity(z, tf.scalar(0), tf.scalar(0)),
      logDensity(z, earlierMean.tensor, earlierLogVar.tensor),
      logDensity(z, tf.scalar(0), tf.scalar(wide)),
    ].map((part, place) => tf.add(part, Math.log(weights[place]!)))
    const divergence = tf.sum(tf.sub(own, logSumExp(parts)), 1)
    return times ? tf.mul(divergence, cellsOf(labels.rows!.start)) : divergence
  },
  keras: {
    name: 'CompositeKL',
    reads: ['cells'],
    source: `
class CompositeKL(Loss):
    """The divergence of a sampled code from the composite prior of RecVAE (Shenbin et al., WSDM 2020)."""

    def terms(self, code, mean, logVar, earlierMean, earlierLogVar, labels):
        own = self.density(code, mean, logVar)
        priors = [(0.0, 0.0), (earlierMean, earlierLogVar), (0.0, self.params.wide)]
        parts = [self.density(code, *prior) + np.log(share) for prior, share in zip(priors, self.params.weights)]
        divergence = ops.sum(own - ops.logsumexp(ops.stack(parts), axis=0), axis=1)
        return divergence * labels.cells if hasattr(self.params, "times") else divergence

    def density(self, z, mean, log_var):
        """The logarithm of the density of a normal distribution."""
        return -0.5 * (ops.square(z - mean) * ops.exp(-ops.convert_to_tensor(log_var)) + log_var + np.log(2 * np.pi))
`,
  },
})

/** ln N(z; μ, e^logVar), number by number. */
const logDensity = (z: tf.Tensor, mean: tf.Tensor, logVar: tf.Tensor): tf.Tensor =>
  tf.mul(
    tf.add(tf.add(tf.mul(tf.square(tf.sub(z, mean)), tf.exp(tf.neg(logVar))), logVar), Math.log(2 * Math.PI)),
    -0.5,
  )

/** ln Σ e^x over a list of tensors of one shape. */
const logSumExp = (parts: readonly tf.Tensor[]): tf.Tensor => {
  const largest = parts.reduce((most, part) => tf.maximum(most, part))
  return tf.add(tf.log(tf.addN(parts.map((part) => tf.exp(tf.sub(part, largest))))), largest)
}
