import { harmonic, warp as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { compareScores, needsPositives } from './compare.js'

/**
 * Weighted approximate-rank pairwise loss: the first drawn negative within the margin of the positive, weighted by the
 * rank estimated from the number of draws it took (Weston et al., IJCAI 2011).
 */
export const warp = loss({
  summary:
    'Weighted approximate-rank pairwise loss: hinge of the first drawn negative within the margin, weighted by its ' +
    'estimated rank (Weston et al., IJCAI 2011).',
  params: Type.Object(
    {
      margin: Type.Number({
        default: 1,
        exclusiveMinimum: 0,
        description: 'margin of the hinge between positive and negative',
      }),
      negatives: Type.With(NegativesParam, {
        default: 10,
        description: 'the most draws per positive, or how they are drawn',
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
  apply: ({ margin, ...params }, { score }, { positive, items }) => {
    const found = compareScores(score.tensor, negatives(params.negatives), positive)
    const over = tf.relu(tf.add(tf.sub(found.others, found.positives), margin))
    return tf.mul(over, firstOf(over, found.counts, items! - 1))
  },
  slope: ({ margin }, items) => ({ kernel: kernel(margin, items - 1) }),
})

/**
 * Φ(estimated rank) at the first violating negative of each example, 0 elsewhere; without gradient. [examples,
 * negatives]
 */
const firstOf = (over: tf.Tensor, counts: tf.Tensor | undefined, others: number): tf.Tensor => {
  const [examples, width] = over.shape as [number, number]
  const scores = over.dataSync()
  const present = counts?.dataSync()
  const weights = new Float32Array(examples * width)
  for (let k = 0; k < examples; k++) {
    let looked = 0
    for (let place = k * width; place < (k + 1) * width; place++) {
      if (present && present[place] === 0) continue
      looked++
      if (!(scores[place]! > 0)) continue
      weights[place] = harmonic(Math.floor(others / looked))
      break
    }
  }
  return tf.tensor2d(weights, [examples, width])
}
