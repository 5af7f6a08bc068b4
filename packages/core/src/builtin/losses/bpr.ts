import { bpr as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { softplus } from '../ops/activations.js'
import { compareScores, kerasCompare, maskTerms, needsPositives } from './compare.js'

/** Σ −ln σ(positive − negative) over the negatives of each positive (Rendle et al., UAI 2009). */
export const bpr = loss({
  summary:
    'Bayesian personalized ranking: −ln σ(positive − negative), summed over negatives (Rendle et al., UAI 2009).',
  params: Type.Object(
    {
      negatives: Type.With(NegativesParam, {
        default: 1,
        description: 'items that each positive is compared with, or their count; terms are summed',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  rejects: (params, { target, label }) => {
    if (target && !label) return needsPositives
    return negativesProblem(params.negatives)
  },
  examples: (params) => {
    const drawn = negatives(params.negatives)
    if (drawn.inBatch) return { of: 'event', items: 'in-batch', negatives: drawn }
    return { of: 'event', items: 'sampled', negatives: drawn, reads: { user: drawn.count, item: drawn.count } }
  },
  apply: (params, { score }, { positive }) => {
    const found = compareScores(score.tensor, negatives(params.negatives), positive)
    return maskTerms(softplus(tf.sub(found.others, found.positives)), found)
  },
  slope: () => ({ kernel }),
  keras: {
    name: 'BPR',
    uses: [kerasCompare],
    reads: ['positive'],
    source: `
class BPR(Loss):
    """Bayesian personalized ranking (Rendle et al., UAI 2009)."""

    def terms(self, score, labels):
        positives, others, counts = compare(score, self.negatives, labels.positive)
        each = ops.softplus(others - positives)
        return each if counts is None else each * counts
`,
  },
})
