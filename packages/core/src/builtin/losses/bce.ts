import { logistic } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import { softplus } from '../ops/activations.js'
import { compareScores, kerasCompare, maskTerms, needsPositives } from './compare.js'

/**
 * −y ln σ(s) − (1 − y) ln(1 − σ(s)) for logits s; y is the target, or 1 for the positive and 0 for each negative,
 * summed.
 */
export const bce = loss({
  summary:
    'Binary cross-entropy of logits, with a target in [0, 1], or with negatives of label 0 for each positive, whose ' +
    'terms are summed.',
  params: Type.Object(
    {
      negatives: Type.Optional(
        Type.With(NegativesParam, {
          description:
            'items with label 0 for each positive (label 1), or their count; the terms of negatives are summed',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  predicts: 'probability',
  rejects: (params, { target, label }) => {
    if (params.negatives === undefined) return target ? undefined : 'needs a target or negatives'
    if (target && !label) return needsPositives
    return negativesProblem(params.negatives)
  },
  examples: (params) => {
    if (params.negatives === undefined) return { of: 'event', items: 'own' }
    const drawn = negatives(params.negatives)
    if (drawn.inBatch) return { of: 'event', items: 'in-batch', negatives: drawn }
    return { of: 'event', items: 'sampled', negatives: drawn, reads: { user: 1 + drawn.count, item: 1 } }
  },
  apply: (params, { score: { tensor } }, { target, positive }) => {
    if (params.negatives === undefined) return crossEntropy(tf.reshape(tensor, target!.shape), target!)
    const drawn = negatives(params.negatives)
    const plain = !drawn.inBatch && drawn.hard === 1 && !drawn.shared
    if (plain) return crossEntropy(tensor, firstOf(tensor.shape[1]!))
    const found = compareScores(tensor, drawn, positive)
    return tf.concat([softplus(tf.neg(found.positives)), maskTerms(softplus(found.others), found)], 1)
  },
  slope: () => ({ kernel: logistic }),
  keras: {
    name: 'BCE',
    uses: [kerasCompare],
    reads: ['target', 'positive'],
    source: `
class BCE(Loss):
    """Binary cross-entropy of logits with the target, or with 1 for the positive and 0 for its negatives."""

    def terms(self, score, labels):
        if self.negatives is None:
            logits = ops.reshape(score, ops.shape(labels.target))
            return ops.softplus(logits) - logits * labels.target
        positives, others, counts = compare(score, self.negatives, labels.positive)
        others = ops.softplus(others)
        return ops.concatenate([ops.softplus(-positives), others if counts is None else others * counts], axis=1)
`,
  },
})

/** Labels of a positive and its negatives, [1, width]. */
const firstOf = (width: number): tf.Tensor => {
  const labels = new Float32Array(width)
  labels[0] = 1
  return tf.tensor(labels, [1, width])
}

/** ln(1 + eˢ) − y s of each logit, as one op with gradient σ(s) − y by s and none by y. */
const crossEntropy = (scores: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.customGrad((...given) => {
    const [logits, save] = given as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([logits, labels])
    return {
      value: tf.sub(softplus(logits), tf.mul(logits, labels)),
      gradFunc: (dy: tf.Tensor, [saved, y]: tf.Tensor[]) => tf.mul(dy, tf.sub(tf.sigmoid(saved!), y!)),
    }
  })(scores)
