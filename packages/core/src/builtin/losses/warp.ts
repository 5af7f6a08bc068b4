import { harmonic, warp as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { compareScores, kerasCompare, needsPositives } from './compare.js'

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
  keras: {
    name: 'WARP',
    uses: [kerasCompare],
    reads: ['positive'],
    source: `
class WARP(Loss):
    """Weighted approximate-rank pairwise loss (Weston et al., IJCAI 2011)."""

    def terms(self, score, labels):
        positives, others, counts = compare(score, self.negatives, labels.positive)
        over = ops.relu(others - positives + self.params.margin)
        present = ops.ones_like(over) if counts is None else counts
        violates = ops.cast(over > 0, "float32") * present
        first = violates * ops.cast(ops.equal(ops.cumsum(violates, axis=1), 1), "float32")
        rank = ops.floor((labels.items - 1) / ops.maximum(ops.cumsum(present, axis=1), 1) + 1e-4)
        harmonic = np.concatenate([[0], np.cumsum(1 / np.arange(1, max(2, labels.items)))]).astype("float32")
        weight = ops.take(ops.convert_to_tensor(harmonic), ops.cast(rank, "int32"))
        return over * ops.stop_gradient(first * weight)
`,
  },
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
