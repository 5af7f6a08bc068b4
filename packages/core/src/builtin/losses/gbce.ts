import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { softplus } from '../ops/activations.js'
import { compareScores, kerasCompare, maskTerms } from './compare.js'

/**
 * −β ln σ(s) − Σ ln(1 − σ(s′)) of a positive s and its k negatives s′. With a = k / (items − 1), the share of items
 * that is drawn, β = a (t (1 − 1/a) + 1/a): 1 for t = 0, which is `bce`, and a for t = 1 (gSASRec; Petrov and
 * Macdonald, RecSys 2023).
 */
export const gbce = loss({
  summary:
    'Binary cross-entropy of logits that corrects for drawing few negatives: the term of the positive has a weight ' +
    'below 1 (gSASRec; Petrov and Macdonald, RecSys 2023).',
  params: Type.Object(
    {
      calibration: Type.Number({
        default: 0.75,
        minimum: 0,
        maximum: 1,
        description: 't of the paper: 0 is `bce`, 1 makes predictions probabilities among all items',
      }),
      negatives: Type.With(NegativesParam, {
        default: 256,
        description: 'items with label 0 for each positive (label 1), or their count; their terms are summed',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  predicts: 'probability',
  rejects: (params, { target }) => {
    if (target) return 'reads no target'
    if (negatives(params.negatives).inBatch) return 'draws its negatives, got "in-batch"'
    return negativesProblem(params.negatives)
  },
  examples: (params) => {
    const drawn = negatives(params.negatives)
    return { of: 'event', items: 'sampled', negatives: drawn, reads: { user: 1 + drawn.count, item: 1 } }
  },
  apply: (params, { score: { tensor } }, { positive, items }) => {
    const drawn = negatives(params.negatives)
    const found = compareScores(tensor, drawn, positive)
    const weight = positiveWeight(params.calibration, drawn.count, items!)
    const own = tf.mul(softplus(tf.neg(found.positives)), weight)
    return tf.concat([own, maskTerms(softplus(found.others), found)], 1)
  },
  slope: (params, items) => {
    const weight = positiveWeight(params.calibration, negatives(params.negatives).count, items)
    return {
      list: (scores, _, slopes) => {
        let sum = 0
        for (let k = 0; k < scores.length; k++) {
          const signed = k === 0 ? -scores[k]! : scores[k]!
          const scale = k === 0 ? weight : 1
          sum += scale * (Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed))))
          slopes[k] = ((k === 0 ? -1 : 1) * scale) / (1 + Math.exp(-signed))
        }
        return sum
      },
    }
  },
  keras: {
    name: 'GBCE',
    uses: [kerasCompare],
    reads: ['positive'],
    source: `
class GBCE(Loss):
    """Binary cross-entropy that corrects for drawing few negatives (gSASRec; Petrov and Macdonald, RecSys 2023)."""

    def terms(self, score, labels):
        positives, others, counts = compare(score, self.negatives, labels.positive)
        share = min(1, self.negatives["count"] / max(1, labels.items - 1))
        t = self.params.calibration
        weight = share * (t * (1 - 1 / share) + 1 / share)
        others = ops.softplus(others)
        own = ops.softplus(-positives) * weight
        return ops.concatenate([own, others if counts is None else others * counts], axis=1)
`,
  },
})

/** β: the weight of a positive among `count` negatives of a catalogue. */
const positiveWeight = (calibration: number, count: number, items: number): number => {
  const share = Math.min(1, count / Math.max(1, items - 1))
  return share * (calibration * (1 - 1 / share) + 1 / share)
}
