import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { scaleShiftVjp } from './vjp.js'
import { lastWidth } from './widths.js'

/**
 * (x − mean) / √(variance + ε) · γ + β with statistics over the entries of the node's axis: the distinct users or items
 * of a batch for a one-sided node, its pairs otherwise. When serving, with running statistics (Ioffe and Szegedy,
 * 2015).
 */
export const batchNorm = layer({
  summary:
    'Batch normalization (Ioffe and Szegedy, 2015); running statistics when serving, with the biased variance. ' +
    'Statistics of a user-side or item-side node are over the distinct users or items of the batch, not over its ' +
    'examples.',
  params: Type.Object(
    {
      momentum: Type.Number({
        default: 0.99,
        minimum: 0,
        maximum: 1,
        description: 'decay of the running mean and variance per step',
      }),
      epsilon: Type.Number({
        default: 1e-3,
        exclusiveMinimum: 0,
        description: 'added to the variance, inside the root',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    lastWidth(x)
    return x
  },
  weights: (_, { x }) => {
    const shape = [lastWidth(x)]
    return {
      gamma: { shape, init: 'ones' },
      beta: { shape, init: 'zeros' },
      mean: { shape, init: 'zeros', trainable: false },
      variance: { shape, init: 'ones', trainable: false },
    }
  },
  form: ({ epsilon }, { x }) =>
    x.length === 1
      ? {
          is: 'linear',
          whenServing: true,
          vjp: (cotangent, { gamma, beta, mean, variance }) => {
            const scale = Float64Array.from(gamma!, (factor, lane) => factor / Math.sqrt(variance![lane]! + epsilon))
            return scaleShiftVjp(
              cotangent,
              scale,
              Float64Array.from(beta!, (shift, lane) => shift - mean![lane]! * scale[lane]!),
            )
          },
        }
      : undefined,
  apply: ({ momentum, epsilon }, { x }, { gamma, beta, mean, variance }, context) => {
    const rows = tf.reshape(x.tensor, [-1, gamma.size])
    const found = context.training ? moments(rows, x.mask) : { mean, variance }
    if (context.training) {
      context.assign('mean', tf.add(tf.mul(mean, momentum), tf.mul(found.mean, 1 - momentum)))
      context.assign('variance', tf.add(tf.mul(variance, momentum), tf.mul(found.variance, 1 - momentum)))
    }
    const scaled = tf.div(tf.sub(rows, found.mean), tf.sqrt(tf.add(found.variance, epsilon)))
    return { ...x, tensor: tf.reshape(tf.add(tf.mul(scaled, gamma), beta), x.tensor.shape) }
  },
  keras: {
    name: 'BatchNorm',
    source: `
class BatchNorm(Op):
    """Batch normalization (Ioffe and Szegedy, 2015) over the entries that are no padding of the batch."""

    def call(self, x, present=None, training=False):
        rows = ops.reshape(x.tensor, (-1, x.tensor.shape[-1]))
        mean, variance = self.weight.mean, self.weight.variance
        if training:
            counts = ops.ones_like(rows[:, 0]) if present is None else present
            if x.mask is not None:
                steps = ops.ones_like(x.mask) if present is None else ops.expand_dims(present, -1)
                counts = ops.reshape(x.mask * steps, (-1,))
            shares = ops.expand_dims(counts / ops.maximum(ops.sum(counts), 1), -1)
            mean = ops.sum(rows * shares, axis=0)
            variance = ops.sum(ops.square(rows - mean) * shares, axis=0)
            keep = self.params.momentum
            self.weight.mean.assign(keep * self.weight.mean + (1 - keep) * ops.stop_gradient(mean))
            self.weight.variance.assign(keep * self.weight.variance + (1 - keep) * ops.stop_gradient(variance))
        scaled = (rows - mean) / ops.sqrt(variance + self.params.epsilon)
        out = scaled * self.weight.gamma + self.weight.beta
        return x._replace(tensor=ops.reshape(out, ops.shape(x.tensor)))
`,
  },
})

/** Mean and biased variance of each column over the rows with mask 1. */
const moments = (rows: tf.Tensor, mask?: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } => {
  if (!mask) {
    const mean = tf.mean(rows, 0)
    return { mean, variance: tf.mean(tf.square(tf.sub(rows, mean)), 0) }
  }
  const shares = tf.div(tf.reshape(mask, [-1, 1]), tf.maximum(tf.sum(mask), 1))
  const mean = tf.sum(tf.mul(rows, shares), 0)
  return { mean, variance: tf.sum(tf.mul(tf.square(tf.sub(rows, mean)), shares), 0) }
}
