import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import type { Value } from '../../contract/value.js'
import { runningMean, runningSum } from '../../program/running.js'
import { sequenceSizes } from './widths.js'

/** Pools a sequence to one vector: mean, maximum, sum or last step, concatenated; zeros where the sequence is empty. */
export const pool = layer({
  summary: 'Pools a sequence to one vector: its mean, maximum, sum or last step, or several of them concatenated.',
  params: Type.Object(
    {
      by: Type.Array(Type.Enum(['mean', 'max', 'sum', 'last']), {
        minItems: 1,
        default: ['mean'],
        description: 'the poolings, in the order of the output',
      }),
      returns: Type.Optional(
        Type.Enum(['vector', 'sequence'], {
          description: '`sequence`: at each step, the pooling of the steps up to it (not `max`); default vector',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: ({ by, returns }, { x }) => {
    const { length, dim } = sequenceSizes(x)
    if (returns !== 'sequence') return [dim * by.length]
    runningOf(by)
    return [length, dim * by.length]
  },
  causal: (params) => {
    runningOf(params.by)
    return { ...params, returns: 'sequence' as const }
  },
  apply: ({ by, returns }, { x }) => {
    const mask = maskOf(x)
    const parts = (returns === 'sequence' ? runningOf(by) : by.map((name) => poolings[name])).map((pooled) =>
      pooled(x.tensor, mask),
    )
    const tensor = parts.length === 1 ? parts[0]! : tf.concat(parts, -1)
    return returns === 'sequence' && x.mask ? { tensor, mask: x.mask } : { tensor }
  },
  keras: {
    name: 'Pool',
    source: `
class Pool(Op):
    """Pools a sequence by its mean, maximum, sum or last step, or each step by the steps up to it."""

    def call(self, x):
        n, length = ops.shape(x.tensor)[:2]
        mask = ops.ones((n, length, 1)) if x.mask is None else ops.expand_dims(x.mask, -1)
        if getattr(self.params, "returns", "vector") == "sequence":
            parts = [self.running(name, x.tensor, mask) for name in self.params.by]
            return Value(ops.concatenate(parts, axis=-1), x.mask)
        parts = [getattr(self, name)(x.tensor, mask) for name in self.params.by]
        return Value(ops.concatenate(parts, axis=-1))

    def sum(self, x, mask):
        return ops.sum(x * mask, axis=1)

    def mean(self, x, mask):
        return self.sum(x, mask) / ops.maximum(ops.sum(mask, axis=1), 1)

    def last(self, x, mask):
        later = ops.flip(ops.cumsum(ops.flip(mask, axis=1), axis=1), axis=1) - mask
        return self.sum(x, mask * ops.cast(ops.equal(later, 0), "float32"))

    def max(self, x, mask):
        seen = x * mask + (mask - 1) * 1e30
        winners = ops.cast(ops.equal(seen, ops.max(seen, axis=1, keepdims=True)), "float32") * mask
        shares = winners / ops.maximum(ops.sum(winners, axis=1, keepdims=True), 1)
        return self.sum(x, ops.stop_gradient(shares))

    def running(self, name, x, mask):
        if name == "last":
            return x * mask
        sums = ops.cumsum(x * mask, axis=1)
        return sums if name == "sum" else sums / ops.maximum(ops.cumsum(mask, axis=1), 1)
`,
  },
})

/** The running poolings of these names. */
const runningOf = (by: readonly PoolingName[]): readonly Pooling[] =>
  by.map((name) => {
    const found = running[name]
    if (!found) throw new Error(`has no running "${name}"`)
    return found
  })

/** [n, length, 1], all ones where the sequence has no mask. */
const maskOf = ({ tensor, mask }: Value): tf.Tensor => {
  const [n, length] = tensor.shape as [number, number]
  return mask ? tf.expandDims(mask, -1) : tf.ones([n, length, 1])
}

type Pooling = (x: tf.Tensor, mask: tf.Tensor) => tf.Tensor

const total: Pooling = (x, mask) => tf.sum(tf.mul(x, mask), 1)

/** The maximum of each component over the steps; ties share the gradient equally. */
const largest: Pooling = (x, mask) =>
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

/** 1 at the last step of each sequence with mask 1, 0 elsewhere. */
const lasts = (mask: tf.Tensor): tf.Tensor => {
  const later = tf.cumsum(mask, 1, true, true)
  return tf.mul(mask, tf.cast(tf.equal(later, 0), 'float32'))
}

type PoolingName = 'mean' | 'max' | 'sum' | 'last'

const poolings: Readonly<Record<PoolingName, Pooling>> = {
  mean: (x, mask) => tf.div(total(x, mask), tf.maximum(tf.sum(mask, 1), 1)),
  max: largest,
  sum: total,
  last: (x, mask) => total(x, lasts(mask)),
}

/**
 * Poolings of the steps up to each one, [n, length, dim]; at padding steps they are not those of the whole sequence.
 */
const running: Readonly<Partial<Record<PoolingName, Pooling>>> = {
  mean: runningMean,
  sum: (x, mask) => runningSum(tf.mul(x, mask)),
  last: (x, mask) => tf.mul(x, mask),
}
