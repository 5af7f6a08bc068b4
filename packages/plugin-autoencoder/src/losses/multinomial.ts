import { type Factors, loss, type RowLabels, rowCrossEntropy, Type, tf } from '@recspec/core'

/**
 * −Σ ln softmax(scores)[item] over the items of a user's row, among all items; scores [users, items], one term per user
 * (Liang et al., WWW 2018). Where the score is a product of both sides, no array of the scores is made by tfjs.
 */
export const multinomial = loss({
  summary: "Cross-entropy of the items of a user's row with the softmax over all items (Liang et al., WWW 2018).",
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  logits: true,
  readsFactors: true,
  rejects: (_, { target, label }) =>
    target && !label ? 'needs a target that says what is positive, or none' : undefined,
  examples: () => ({ of: 'row', items: 'all' }),
  apply: (_, { score }, labels) => {
    if (score.factors && labels.rows) return factored(score.factors, labels.rows)
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(score.tensor), labels.positive!), 1))
  },
  keras: {
    name: 'Multinomial',
    reads: ['positive'],
    source: `
class Multinomial(Loss):
    """Cross-entropy of the items of a row with the softmax over all items (Liang et al., WWW 2018)."""

    def terms(self, score, labels):
        return -ops.sum(ops.log_softmax(score, axis=-1) * labels.positive, axis=1)
`,
  },
})

/** A number of each item is a bias; other terms are part of the product. */
const factored = (factors: Factors, rows: RowLabels): tf.Tensor => {
  const { terms = [] } = factors
  const [product, ...more] = terms.filter(({ side }) => side === undefined)
  const [bias, ...others] = terms.filter(({ side }) => side !== undefined)
  return product && more.length === 0 && others.length === 0 && bias?.side !== 'user'
    ? rowCrossEntropy(product.user, product.item, bias?.item, rows)
    : rowCrossEntropy(factors.user, factors.item, undefined, rows)
}
