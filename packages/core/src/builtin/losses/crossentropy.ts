import * as tf from '@tensorflow/tfjs-core'
import { loss } from '../../contract/loss.js'
import { Type } from '../../contract/type.js'

/** −ln softmax(scores)[class] of each event; scores are [events, classes], the target is the index of the class. */
export const crossentropy = loss({
  summary:
    'Cross-entropy of a target with several classes: −ln softmax(score)[class], a score with one number for each class.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  logits: true,
  predicts: 'probability',
  classes: true,
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score: { tensor } }, { target }) => {
    const own = tf.oneHot(tf.cast(target!, 'int32'), tensor.shape[1]!)
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(tensor), tf.cast(own, 'float32')), 1))
  },
  keras: {
    name: 'CrossEntropy',
    reads: ['target'],
    source: `
class CrossEntropy(Loss):
    """Cross-entropy of a target with several classes."""

    def terms(self, score, labels):
        own = ops.one_hot(ops.cast(labels.target, "int32"), score.shape[1])
        return -ops.sum(ops.log_softmax(score, axis=-1) * own, axis=1)
`,
  },
})
