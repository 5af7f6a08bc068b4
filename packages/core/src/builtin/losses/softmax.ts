import { gatherRows, gridCrossEntropy } from '@recspec/backend'
import { softmax as kernel } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { type GridLabels, loss } from '../../contract/loss.js'
import { NegativesParam, negatives, negativesProblem } from '../../contract/negatives.js'
import { compareScores, needsPositives } from './compare.js'

/** −ln softmax(scores)[positive], over the positive and its sampled or in-batch negatives, or over all items. */
export const softmax = loss({
  summary: 'Softmax cross-entropy of the positive among sampled negatives, the positives of its batch, or all items.',
  params: Type.Object(
    {
      temperature: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'scores are divided by it' }),
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
    return params.negatives === undefined ? undefined : negativesProblem(params.negatives, true)
  },
  examples: (params) => {
    if (params.negatives === undefined) return { of: 'event', items: 'all' }
    const drawn = negatives(params.negatives)
    return { of: 'event', items: drawn.inBatch ? 'in-batch' : 'sampled', negatives: drawn }
  },
  apply: (params, { score }, labels) => {
    const { grid } = labels
    if (score.factors && grid)
      return gridCrossEntropy(score.factors.user, columnsOf(score.factors.item, grid), {
        temperature: params.temperature,
        own: grid.own,
        ...(grid.excluded ? { excluded: grid.excluded } : {}),
        ...(grid.logQ ? { shift: grid.logQ } : {}),
        ...(grid.distinct ? { counts: grid.distinct.counts } : {}),
      })
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
  slope: ({ temperature }) => ({ kernel: kernel(temperature), correction: temperature }),
})

/** The vectors of the columns: each item once. */
const columnsOf = (item: tf.Tensor, { distinct }: GridLabels): tf.Tensor =>
  distinct ? gatherRows(item, distinct.entries) : item
