import { loss, Type, tf } from '@recspec/core'

/**
 * The divergence of a Gaussian code from N(0, 1), ½ Σ (σ² + μ² − 1 − ln σ²), one term per row; mean and logVar
 * [rows, width] (Kingma and Welling, 2014). `times: "interactions"` multiplies it by the number of cells of the row
 * (Shenbin et al., WSDM 2020).
 */
export const kl = loss({
  summary: 'Divergence of a Gaussian code from the standard normal distribution (Kingma and Welling, 2014).',
  params: Type.Object(
    {
      times: Type.Optional(
        Type.Enum(['interactions'], { description: 'multiply the divergence of a row by the number of its cells' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { mean: 'one', logVar: 'one' },
  examples: () => ({ of: 'row', items: 'none' }),
  apply: ({ times }, { mean, logVar }, labels) => {
    const [mu, log] = [mean.tensor, logVar.tensor]
    const each = tf.sub(tf.add(tf.exp(log), tf.square(mu)), tf.add(log, 1))
    const divergence = tf.mul(tf.sum(each, 1), 0.5)
    return times ? tf.mul(divergence, cellsOf(labels.rows!.start)) : divergence
  },
  keras: {
    name: 'KL',
    reads: ['cells'],
    source: `
class KL(Loss):
    """The divergence of a Gaussian code from the standard normal distribution (Kingma and Welling, 2014)."""

    def terms(self, mean, logVar, labels):
        divergence = 0.5 * ops.sum(ops.exp(logVar) + ops.square(mean) - logVar - 1, axis=1)
        return divergence * labels.cells if hasattr(self.params, "times") else divergence
`,
  },
})

/** The number of cells of each row. */
export const cellsOf = (start: tf.Tensor1D): tf.Tensor => {
  const from = start.dataSync()
  return tf.tensor1d(Float32Array.from({ length: from.length - 1 }, (_, row) => from[row + 1]! - from[row]!))
}
