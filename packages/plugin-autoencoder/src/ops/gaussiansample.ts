import { layer, Type, tf } from '@recspec/core'
import { normals } from './normals.js'

/** mean + e^(logVar / 2) · ε with standard normal ε in training, the mean when serving (Kingma and Welling, 2014). */
export const gaussianSample = layer({
  summary: 'A sample of a Gaussian code in training, its mean when serving (Kingma and Welling, 2014).',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { mean: 'one', logVar: 'one' },
  shape: (_, { mean, logVar }) => {
    if (mean.length !== 1 || mean[0] !== logVar[0] || logVar.length !== 1)
      throw new Error(`needs a mean and a logarithm of the variance of one width, got [${mean}] and [${logVar}]`)
    return mean
  },
  apply: (_, { mean, logVar }, __, context) => {
    if (!context.training) return { tensor: mean.tensor }
    const deviation = tf.exp(tf.mul(logVar.tensor, 0.5))
    return { tensor: tf.add(mean.tensor, tf.mul(deviation, normals(mean.tensor.shape, context))) }
  },
  keras: {
    name: 'GaussianSample',
    source: `
class GaussianSample(Op):
    """mean + e^(logVar / 2) · ε with standard normal ε in training, the mean when serving (Kingma and Welling, 2014)."""

    def call(self, mean, logVar, training=False):
        if not training:
            return mean
        noise = keras.random.normal(ops.shape(mean.tensor), seed=self.seed)
        return Value(mean.tensor + ops.exp(0.5 * logVar.tensor) * noise)
`,
  },
})
