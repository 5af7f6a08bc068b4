import { logistic } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { loss } from '../../contract/loss.js'
import { NegativesParam, negatives, unfitNegatives } from '../../contract/negatives.js'
import { softplus } from '../ops/activations.js'
import { compared, counted } from './scores.js'

/** −y ln σ(s) − (1 − y) ln(1 − σ(s)) for logits s, where y is the target, or 1 for positives and 0 for negatives. */
export const bce = loss({
  summary: 'Binary cross entropy of logits, with a target of 0 and 1 or with negatives.',
  params: Type.Object(
    {
      negatives: Type.Optional(
        Type.With(NegativesParam, { description: 'items with label 0 beside each positive, or how many' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { score: 'one' },
  logits: true,
  rejects: (params, { target }) => {
    if (params.negatives === undefined) return target ? undefined : 'needs a target or negatives'
    if (target) return 'takes a target or negatives, got both'
    return unfitNegatives(params.negatives)
  },
  examples: (params) => {
    if (params.negatives === undefined) return { of: 'event', items: 'own' }
    const drawn = negatives(params.negatives)
    if (drawn.sampler === 'in-batch') return { of: 'event', items: 'in-batch', negatives: drawn }
    return { of: 'event', items: 'sampled', negatives: drawn, readings: { user: 1 + drawn.count, item: 1 } }
  },
  apply: (params, { score: { tensor } }, { target, positive }) => {
    if (params.negatives === undefined) {
      const logits = tf.reshape(tensor, target!.shape)
      return tf.sub(softplus(logits), tf.mul(logits, target!))
    }
    const found = compared(tensor, negatives(params.negatives), positive)
    return tf.concat([softplus(tf.neg(found.positives)), counted(softplus(found.others), found)], 1)
  },
  slope: () => ({ kernel: logistic }),
})
