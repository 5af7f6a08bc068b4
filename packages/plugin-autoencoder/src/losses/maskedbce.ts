import { loss, NegativesParam, negatives, negativesProblem, softplus, Type, tf } from '@recspec/core'

/**
 * Binary cross-entropy ln(1 + eˢ) − y s of the observed cells of rows, y being the target; or of the observed cells,
 * with label 1, and of sampled ones, with label 0 (CDAE; Wu et al., WSDM 2016). Scores [cells], one term per cell.
 */
export const maskedBce = loss({
  summary:
    'Binary cross-entropy of the observed cells of a row with the target, or of observed cells (1) and sampled ones ' +
    '(0); an example is a whole row (Wu et al., WSDM 2016).',
  params: Type.Object(
    {
      negatives: Type.Optional(
        Type.With(NegativesParam, { description: 'items with label 0 for each observed cell, or their count' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  predicts: 'probability',
  rejects: (params, { target, label }) => {
    if (params.negatives === undefined) return target ? undefined : 'needs a target or negatives'
    if (target && !label) return 'ranks positives: its target says which events are positive, and nothing else'
    const { inBatch, hard, shared } = negatives(params.negatives)
    if (inBatch || hard > 1 || shared) return 'draws negatives for each cell, got "in-batch", "hard" or "shared"'
    return negativesProblem(params.negatives)
  },
  examples: (params) =>
    params.negatives === undefined
      ? { of: 'row', items: 'own' }
      : { of: 'row', items: 'sampled', negatives: negatives(params.negatives) },
  apply: (params, { score }, { target, positive }) => {
    const labels = params.negatives === undefined ? target! : positive!
    const logits = tf.reshape(score.tensor, labels.shape)
    return tf.sub(softplus(logits), tf.mul(logits, labels))
  },
  keras: {
    name: 'MaskedBCE',
    reads: ['target', 'positive'],
    source: `
class MaskedBCE(Loss):
    """Binary cross-entropy of the cells of a row with the target, or with 1 for observed and 0 for drawn ones."""

    def terms(self, score, labels):
        target = labels.target if self.negatives is None else labels.positive
        logits = ops.reshape(score, ops.shape(target))
        return ops.softplus(logits) - logits * target
`,
  },
})
