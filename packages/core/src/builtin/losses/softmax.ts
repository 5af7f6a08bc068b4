import { gatherRows, gridCrossEntropy, pairDots } from '@recspec/backend'
import { bilateral, bilateralMean, softmax as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { type GridLabels, loss, type SharedLabels } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { Type } from '../../contract/type.js'
import type { Factors } from '../../contract/value.js'
import { bilateralTerms } from './bilateral.js'
import { compareScores, kerasCompare, needsPositives } from './compare.js'

/** −ln softmax(scores)[positive], over the positive and its sampled or in-batch negatives, or over all items. */
export const softmax = loss({
  summary: 'Softmax cross-entropy of the positive among sampled negatives, the positives of its batch, or all items.',
  params: Type.Object(
    {
      temperature: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'scores are divided by it' }),
      negativeWeight: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          description:
            'bilateral softmax: the sum is over the negatives alone, and its logarithm has this weight (BSL; Wu et al., ' +
            'ICDE 2024); needs sampled negatives',
        }),
      ),
      averagePositives: Type.Optional(
        Type.Boolean({
          description:
            'with `negativeWeight`: the positive side is the mean of e^(score / temperature) over the examples of the ' +
            'same user in the batch',
        }),
      ),
      negatives: Type.Optional(
        Type.With(NegativesParam, {
          description: 'items that each positive is compared with, or their count; default: all items',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  readsFactors: true,
  rejects: (params, { target, label }) => {
    if (target && !label) return needsPositives
    const { negativeWeight, averagePositives } = params
    if (averagePositives && negativeWeight === undefined) return 'takes "averagePositives" with "negativeWeight" only'
    if (negativeWeight !== undefined && (params.negatives === undefined || negatives(params.negatives).inBatch))
      return 'takes "negativeWeight" with sampled negatives only: give "negatives" a count'
    if (negativeWeight !== undefined && negatives(params.negatives!).correct)
      return 'takes "negativeWeight" without log-q correction, got "correct"'
    return params.negatives === undefined ? undefined : negativesProblem(params.negatives, true)
  },
  examples: (params) => {
    if (params.negatives === undefined) return { of: 'event', items: 'all' }
    const drawn = negatives(params.negatives)
    return { of: 'event', items: drawn.inBatch ? 'in-batch' : 'sampled', negatives: drawn }
  },
  apply: (params, { score }, labels) => {
    const { grid } = labels
    if (params.negativeWeight !== undefined) return bilateralTerms(params, params.negativeWeight, score, labels)
    if (score.factors && grid)
      return gridCrossEntropy(score.factors.user, columnsOf(score.factors.item, grid), {
        temperature: params.temperature,
        own: grid.own,
        ...(grid.excluded ? { excluded: grid.excluded } : {}),
        ...(grid.logQ ? { shift: grid.logQ } : {}),
        ...(grid.distinct ? { counts: grid.distinct.counts } : {}),
      })
    if (score.factors?.shared && labels.shared && negatives(params.negatives!).hard === 1)
      return sharedCrossEntropy(score.factors, labels.shared, params.temperature)
    const { positive, logQ } = labels
    const scaled = params.temperature === 1 ? score.tensor : tf.div(score.tensor, params.temperature)
    if (params.negatives === undefined) return tf.neg(tf.sum(tf.mul(tf.logSoftmax(scaled), positive!), -1))
    const drawn = negatives(params.negatives)
    // log-q: Σ e^s / q over draws estimates Σ e^s over all items (Bengio and Senécal, 2008)
    const logits = drawn.correct && logQ ? tf.sub(scaled, logQ) : scaled
    const { positives, others, counts } = compareScores(logits, drawn, positive)
    const seen = counts ? tf.add(tf.mul(others, counts), tf.mul(tf.sub(counts, 1), 1e30)) : others
    return tf.neg(tf.slice(tf.logSoftmax(tf.concat([positives, seen], 1)), [0, 0], [positives.shape[0]!, 1]))
  },
  slope: ({ temperature, negativeWeight, averagePositives }) => {
    if (negativeWeight === undefined) return { kernel: kernel(temperature), correction: temperature }
    const kind = averagePositives ? bilateralMean : bilateral
    return { kernel: kind(temperature, negativeWeight) }
  },
  keras: {
    name: 'Softmax',
    uses: [kerasCompare],
    reads: ['positive', 'logQ', 'users'],
    source: `
class Softmax(Loss):
    """Softmax cross-entropy of the positive among its negatives, or among all items."""

    def terms(self, score, labels):
        logits = score / self.params.temperature
        if self.negatives is None:
            return -ops.sum(ops.log_softmax(logits, axis=-1) * labels.positive, axis=-1)
        if hasattr(self.params, "negativeWeight"):
            return self.bilateral(logits, labels)
        if labels.logQ is not None:
            logits = logits - labels.logQ
        positives, others, counts = compare(logits, self.negatives, labels.positive)
        if counts is not None:
            others = others * counts + (counts - 1) * 1e30
        return ops.logsumexp(ops.concatenate([positives, others], axis=1), axis=1, keepdims=True) - positives

    def bilateral(self, logits, labels):
        """Bilateral softmax (BSL; Wu et al., ICDE 2024)."""
        positives, others, counts = compare(logits, self.negatives, labels.positive)
        own = positives
        if getattr(self.params, "averagePositives", False):
            users = labels.users
            same = ops.cast(ops.equal(ops.expand_dims(users, 1), ops.expand_dims(users, 0)), "float32")
            every = ops.broadcast_to(ops.transpose(positives), same.shape)
            own = self.log_sum(every, same) - ops.log(ops.sum(same, axis=1, keepdims=True))
        return self.log_sum(others, counts) * self.params.negativeWeight - own

    def log_sum(self, x, counts):
        """The logarithm of the sum of e^x over the columns that count; 0 where none does."""
        if counts is None:
            return ops.logsumexp(x, axis=1, keepdims=True)
        any_counts = ops.max(counts, axis=1, keepdims=True)
        most = ops.max(x - (1 - counts) * 1e30, axis=1, keepdims=True) * any_counts
        total = ops.sum(ops.exp((x - most) * counts) * counts, axis=1, keepdims=True)
        return (ops.log(ops.maximum(total, 1e-30)) + most) * any_counts
`,
  },
})

/**
 * Softmax cross-entropy of each example among its own item and the negatives: one more number of each side makes the
 * own item's score that of a last column.
 */
const sharedCrossEntropy = (
  { user, item, shared }: Factors,
  { excluded, logQ }: SharedLabels,
  temperature: number,
): tf.Tensor => {
  const { negatives, rows, own } = shared!
  const width = item.shape[1]!
  const dots = pairDots(user, rows, item, own)
  const corrected = logQ ? tf.sub(dots, tf.mul(tf.expandDims(logQ.own, 1), temperature)) : dots
  const left = tf.concat([gatherRows(user, rows), corrected], 1)
  const others = tf.pad(tf.slice(item, [0, 0], [negatives, width]), [
    [0, 1],
    [0, 1],
  ])
  const last = new Float32Array((negatives + 1) * (width + 1))
  last[last.length - 1] = 1
  const right = tf.add(others, tf.tensor2d(last, [negatives + 1, width + 1]))
  return gridCrossEntropy(left, right, {
    temperature,
    own: tf.fill([dots.shape[0]!], negatives, 'int32') as tf.Tensor1D,
    ...(excluded ? { excluded } : {}),
    ...(logQ ? { shift: tf.concat1d([logQ.negatives, tf.zeros([1])]) } : {}),
  })
}

/** The vectors of the columns: each item once. */
const columnsOf = (item: tf.Tensor, { distinct }: GridLabels): tf.Tensor =>
  distinct ? gatherRows(item, distinct.entries) : item
