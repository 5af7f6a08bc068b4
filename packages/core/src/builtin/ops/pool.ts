import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import type { Value } from '../../contract/value.js'
import { sequenceSizes } from './widths.js'

/** One vector from a sequence: its mean, maximum, sum or last vector, concatenated; 0 where the sequence is empty. */
export const pool = layer({
  summary: 'Makes one vector of a sequence: its mean, maximum, sum or last vector, one after the other.',
  params: Type.Object(
    {
      by: Type.Array(Type.Enum(['mean', 'max', 'sum', 'last']), {
        minItems: 1,
        default: ['mean'],
        description: 'what to take of each lane, in this order',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: ({ by }, { x }) => [sequenceSizes(x).dim * by.length],
  apply: ({ by }, { x }) => {
    const parts = by.map((way) => ways[way](x.tensor, maskOf(x)))
    return { tensor: parts.length === 1 ? parts[0]! : tf.concat(parts, -1) }
  },
})

/** [n, length, 1], all ones where the sequence has no mask. */
const maskOf = ({ tensor, mask }: Value): tf.Tensor => {
  const [n, length] = tensor.shape as [number, number]
  return mask ? tf.expandDims(mask, -1) : tf.ones([n, length, 1])
}

type Way = (x: tf.Tensor, mask: tf.Tensor) => tf.Tensor

const total: Way = (x, mask) => tf.sum(tf.mul(x, mask), 1)

/** The largest number of each lane; where several are equal, each gets its share of the gradient. */
const largest: Way = (x, mask) =>
  tf.customGrad((...given) => {
    const [values, save] = given as unknown as [tf.Tensor, tf.GradSaveFunc]
    const seen = tf.add(tf.mul(values, mask), tf.mul(tf.sub(mask, 1), 1e30))
    const winners = tf.mul(tf.cast(tf.equal(seen, tf.max(seen, 1, true)), 'float32'), mask)
    const shares = tf.div(winners, tf.maximum(tf.sum(winners, 1, true), 1))
    save([shares])
    return {
      value: total(values, shares),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved!),
    }
  })(x)

/** 1 at the last step of each sequence that its mask lets through. */
const lasts = (mask: tf.Tensor): tf.Tensor => {
  const later = tf.cumsum(mask, 1, true, true)
  return tf.mul(mask, tf.cast(tf.equal(later, 0), 'float32'))
}

const ways: Readonly<Record<'mean' | 'max' | 'sum' | 'last', Way>> = {
  mean: (x, mask) => tf.div(total(x, mask), tf.maximum(tf.sum(mask, 1), 1)),
  max: largest,
  sum: total,
  last: (x, mask) => total(x, lasts(mask)),
}
