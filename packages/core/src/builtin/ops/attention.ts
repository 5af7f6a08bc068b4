import { affine, attend, layerNormalize } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { WeightSpec } from '../../contract/init.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { applyDropout } from './dropout.js'
import { kerasLayerNormalize } from './layernorm.js'
import { matmul } from './matmul.js'
import { sequenceSizes } from './widths.js'

const EPSILON = 1e-3

/**
 * Self-attention blocks over a sequence (Vaswani et al., 2017; for histories Kang and McAuley, 2018). A block is
 * multi-head attention and a feed-forward network of two layers, each on layer-normalized input (pre-LN) and with a
 * residual connection.
 */
export const attention = layer({
  summary:
    'Self-attention blocks over a sequence (Vaswani et al., 2017; Kang and McAuley, 2018): pre-LN with epsilon ' +
    '1e-3 and a final layer normalization, projections without bias, a relu feed-forward network as wide as its ' +
    'input.',
  params: Type.Object(
    {
      blocks: Type.Integer({ default: 1, minimum: 1, maximum: 64, description: 'number of blocks' }),
      heads: Type.Integer({ default: 1, minimum: 1, description: 'attention heads; they divide the width' }),
      causal: Type.Boolean({ default: false, description: 'a step attends to itself and earlier steps only' }),
      dropout: Type.Number({
        default: 0,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'dropout rate of the attention and feed-forward outputs before they are added',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: ({ heads }, { x }) => {
    const { dim } = sequenceSizes(x)
    if (dim % heads !== 0) throw new Error(`needs a width that ${heads} heads divide, got ${dim}`)
    return x
  },
  weights: ({ blocks }, { x }): Record<string, WeightSpec> => {
    const { dim } = sequenceSizes(x)
    const kernel: WeightSpec = { shape: [dim, dim], init: 'glorot' }
    const zeros: WeightSpec = { shape: [dim], init: 'zeros' }
    const ones: WeightSpec = { shape: [dim], init: 'ones' }
    const block = (number: number) => ({
      [`attend${number}Gamma`]: ones,
      [`attend${number}Beta`]: zeros,
      [`query${number}`]: kernel,
      [`key${number}`]: kernel,
      [`value${number}`]: kernel,
      [`output${number}`]: kernel,
      [`feed${number}Gamma`]: ones,
      [`feed${number}Beta`]: zeros,
      [`inner${number}`]: kernel,
      [`inner${number}Bias`]: zeros,
      [`outer${number}`]: kernel,
      [`outer${number}Bias`]: zeros,
    })
    const all = Array.from({ length: blocks }, (_, index) => block(index + 1))
    return Object.assign({}, ...all, { gamma: ones, beta: zeros })
  },
  causal: (params) => {
    if (!params.causal) throw new Error('needs "causal": true')
    return params
  },
  apply: ({ blocks, heads, causal, dropout }, { x }, weights, context) => {
    let steps = x.tensor
    for (let number = 1; number <= blocks; number++) {
      const of = (name: string) => weights[name.replace('#', `${number}`)]!
      const read = layerNormalize(steps, of('attend#Gamma'), of('attend#Beta'), EPSILON)
      const [query, key, value] = ['query#', 'key#', 'value#'].map((name) => matmul(read, of(name)))
      const attended = matmul(attend(query!, key!, value!, { heads, causal, mask: x.mask }), of('output#'))
      steps = tf.add(steps, applyDropout(attended, dropout, context))
      const fed = layerNormalize(steps, of('feed#Gamma'), of('feed#Beta'), EPSILON)
      const inner = affine(fed, of('inner#'), of('inner#Bias'), 'relu')
      steps = tf.add(steps, applyDropout(affine(inner, of('outer#'), of('outer#Bias'), 'linear'), dropout, context))
    }
    const out = layerNormalize(steps, weights.gamma!, weights.beta!, EPSILON)
    // zero the padding steps, which may have attended to padding only
    return x.mask ? { tensor: tf.mul(out, tf.expandDims(x.mask, -1)), mask: x.mask } : { tensor: out }
  },
  keras: {
    name: 'Attention',
    uses: [kerasLayerNormalize],
    source: `
class Attention(Op):
    """Self-attention blocks over a sequence (Vaswani et al., 2017; Kang and McAuley, 2018), pre-LN."""

    def call(self, x, training=False):
        of = lambda name, number: getattr(self.weight, name.replace("#", str(number)))
        steps = x.tensor
        seen = self.visible(x)
        for number in range(1, self.params.blocks + 1):
            read = layer_normalize(steps, of("attend#Gamma", number), of("attend#Beta", number), 1e-3)
            query, key, value = (ops.matmul(read, of(name, number)) for name in ("query#", "key#", "value#"))
            attended = ops.matmul(self.attend(query, key, value, seen), of("output#", number))
            steps = steps + self.dropped(attended, self.params.dropout, training)
            fed = layer_normalize(steps, of("feed#Gamma", number), of("feed#Beta", number), 1e-3)
            inner = ops.relu(ops.matmul(fed, of("inner#", number)) + of("inner#Bias", number))
            outer = ops.matmul(inner, of("outer#", number)) + of("outer#Bias", number)
            steps = steps + self.dropped(outer, self.params.dropout, training)
        out = layer_normalize(steps, self.weight.gamma, self.weight.beta, 1e-3)
        return x._replace(tensor=out if x.mask is None else out * ops.expand_dims(x.mask, -1))

    def visible(self, x):
        """1 where a step sees another, [n, head, from, to]."""
        length = ops.shape(x.tensor)[1]
        seen = None if x.mask is None else ops.reshape(x.mask, (-1, 1, 1, length))
        if self.params.causal:
            places = ops.arange(length)
            earlier = ops.cast(ops.expand_dims(places, 1) >= ops.expand_dims(places, 0), "float32")
            earlier = ops.reshape(earlier, (1, 1, length, length))
            seen = earlier if seen is None else seen * earlier
        return seen

    def attend(self, query, key, value, seen):
        n, length, dim = ops.shape(query)
        size = dim // self.params.heads
        parts = lambda x: ops.transpose(ops.reshape(x, (n, length, self.params.heads, size)), (0, 2, 1, 3))
        scores = ops.matmul(parts(query), ops.transpose(parts(key), (0, 1, 3, 2))) / size**0.5
        shares = ops.softmax(scores if seen is None else scores + (seen - 1) * 1e9, axis=-1)
        if seen is not None:
            shares = shares * seen
        out = ops.matmul(shares, parts(value))
        return ops.reshape(ops.transpose(out, (0, 2, 1, 3)), (n, length, dim))
`,
  },
})
