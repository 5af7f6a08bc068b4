import { ccl as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { compareScores, kerasCompare, maskTerms, needsPositives } from './compare.js'

/**
 * max(0, 1 − s) + weight · mean over negatives of max(0, s′ − margin), where s and s′ are the cosines of the positive
 * and a negative (SimpleX; Mao et al., CIKM 2021).
 */
export const ccl = loss({
  summary:
    'Cosine contrastive loss: max(0, 1 − positive) + weight · mean over negatives of max(0, negative − margin) ' +
    '(SimpleX; Mao et al., CIKM 2021).',
  params: Type.Object(
    {
      margin: Type.Number({
        default: 0.9,
        minimum: -1,
        maximum: 1,
        description: 'negatives below this cosine have no loss',
      }),
      weight: Type.Number({ default: 150, exclusiveMinimum: 0, description: 'factor of the mean over negatives' }),
      negatives: Type.With(NegativesParam, {
        default: 100,
        description: 'items that each positive is compared with, or their count; the mean is taken over them',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (params, { target, label }) => {
    if (target && !label) return needsPositives
    if (negatives(params.negatives).inBatch) return 'draws its negatives, got "in-batch"'
    return negativesProblem(params.negatives)
  },
  examples: (params) => ({ of: 'event', items: 'sampled', negatives: negatives(params.negatives) }),
  apply: ({ margin, weight, ...params }, { score }, { positive }) => {
    const found = compareScores(score.tensor, negatives(params.negatives), positive)
    const over = maskTerms(tf.relu(tf.sub(found.others, margin)), found)
    const among = found.counts ? tf.maximum(tf.sum(found.counts, 1, true), 1) : over.shape[1]!
    return tf.concat([tf.relu(tf.sub(1, found.positives)), tf.div(tf.mul(over, weight), among)], 1)
  },
  slope: ({ margin, weight }) => ({ kernel: kernel(margin, weight) }),
  keras: {
    name: 'CCL',
    uses: [kerasCompare],
    reads: ['positive'],
    source: `
class CCL(Loss):
    """Cosine contrastive loss (SimpleX; Mao et al., CIKM 2021)."""

    def terms(self, score, labels):
        positives, others, counts = compare(score, self.negatives, labels.positive)
        over = ops.relu(others - self.params.margin)
        among = over.shape[1]
        if counts is not None:
            over = over * counts
            among = ops.maximum(ops.sum(counts, axis=1, keepdims=True), 1)
        return ops.concatenate([ops.relu(1 - positives), over * self.params.weight / among], axis=1)
`,
  },
})
