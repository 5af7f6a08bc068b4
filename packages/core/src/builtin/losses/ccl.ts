import { ccl as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { compareScores, maskTerms } from './compare.js'

/**
 * max(0, 1 − s) + weight · mean over negatives of max(0, s′ − margin), for scores that are cosines: only negatives that come too
 * close count (SimpleX; Mao et al., CIKM 2021).
 */
export const ccl = loss({
  summary: 'Cosine contrastive loss: only negatives above a margin count (SimpleX; Mao et al., CIKM 2021).',
  params: Type.Object(
    {
      margin: Type.Number({ default: 0.9, minimum: -1, maximum: 1, description: 'cosine that a negative may have' }),
      weight: Type.Number({ default: 150, exclusiveMinimum: 0, description: 'weight of the mean over negatives' }),
      negatives: Type.With(NegativesParam, {
        default: 100,
        description: 'items each positive is compared with, or how many',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  rejects: (params, { target }) => {
    if (target) return 'reads no target'
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
})
