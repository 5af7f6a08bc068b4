import * as tf from '@tensorflow/tfjs-core'
import type { WeightSpec } from '../../contract/init.js'
import { layer } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { activationParam, activations, kerasActivations } from './activations.js'
import { matmul } from './matmul.js'
import { sequenceSizes } from './widths.js'

/** A 1D convolution over a sequence, padded with zeros so that stride 1 keeps its length (as in Keras). */
export const conv1d = layer({
  summary:
    'A 1D convolution over a sequence with zero padding: stride 1 keeps the length (padding "same" of Keras, or ' +
    '"causal").',
  params: Type.Object(
    {
      filters: Type.Integer({ minimum: 1, description: 'number of filters, the width of the output' }),
      width: Type.Integer({ minimum: 1, description: 'kernel size in steps' }),
      stride: Type.Integer({ default: 1, minimum: 1, description: 'steps between outputs' }),
      padding: Type.Optional(
        Type.Enum(['same', 'causal'], {
          description:
            '`causal`: all padding is before the first step, so that no output sees later steps; default same',
        }),
      ),
      activation: activationParam('linear'),
      useBias: Type.Boolean({ default: true, description: 'add a learned bias to each filter' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'one' },
  shape: ({ filters, stride }, { x }) => {
    const { length } = sequenceSizes(x)
    if (typeof length === 'number') return [Math.ceil(length / stride), filters]
    return [stride === 1 ? length : `${length}/${stride}`, filters]
  },
  weights: ({ filters, width, useBias }, { x }): Record<string, WeightSpec> => ({
    kernel: { shape: [width * sequenceSizes(x).dim, filters], init: 'glorot' },
    ...(useBias ? { bias: { shape: [filters], init: 'zeros' } } : {}),
  }),
  outputsProbability: ({ activation }) => activation === 'sigmoid',
  causal: (params) => {
    if (params.padding !== 'causal') throw new Error('needs "padding": "causal"')
    if (params.stride !== 1) throw new Error(`needs stride 1, got ${params.stride}`)
    return params
  },
  apply: ({ width, stride, padding = 'same', activation }, { x: { tensor, mask } }, { kernel, bias }) => {
    const seen = mask ? tf.mul(tensor, tf.expandDims(mask, -1)) : tensor
    const sums = matmul(windows(seen, width, stride, padding), kernel!)
    const out = activations[activation](bias ? tf.add(sums, bias) : sums)
    return mask ? { tensor: out, mask: every(mask, stride) } : { tensor: out }
  },
  keras: {
    name: 'Conv1D',
    uses: [kerasActivations],
    source: `
class Conv1D(Op):
    """A 1D convolution over a sequence, padded with zeros."""

    def call(self, x):
        tensor = x.tensor if x.mask is None else x.tensor * ops.expand_dims(x.mask, -1)
        width, stride = self.params.width, self.params.stride
        length, dim = tensor.shape[1], tensor.shape[2]
        places = -(-length // stride)
        missing = max((places - 1) * stride + width - length, 0)
        causal = getattr(self.params, "padding", "same") == "causal"
        before = width - 1 if causal else missing // 2
        after = max((places - 1) * stride + width - length - before, 0)
        padded = ops.pad(tensor, ((0, 0), (before, after), (0, 0)))
        taps = [padded[:, tap : tap + (places - 1) * stride + 1 : stride] for tap in range(width)]
        out = ops.matmul(ops.concatenate(taps, axis=-1), self.weight.kernel)
        if self.params.useBias:
            out = out + self.weight.bias
        out = activations[self.params.activation](out)
        return Value(out, None if x.mask is None else x.mask[:, ::stride])
`,
  },
})

/**
 * [n, length, dim] -> [n, ⌈length / stride⌉, width · dim]: the window of a filter at each output. The sequence is
 * reshaped into blocks of `stride` steps first: then windows are slices of blocks, which have gradients on every
 * backend.
 */
const windows = (x: tf.Tensor, width: number, stride: number, padding: 'same' | 'causal'): tf.Tensor => {
  const [n, length, dim] = x.shape as [number, number, number]
  const places = Math.ceil(length / stride)
  const taps = Math.ceil(width / stride)
  const missing = Math.max((places - 1) * stride + width - length, 0)
  const before = padding === 'causal' ? width - 1 : Math.floor(missing / 2)
  const blocks = places - 1 + taps
  // with causal padding and a stride above 1 the last window may end before the last step
  const after = blocks * stride - length - before
  const padded = tf.pad(after < 0 ? tf.slice(x, [0, 0, 0], [n, length + after, dim]) : x, [
    [0, 0],
    [before, Math.max(after, 0)],
    [0, 0],
  ])
  const cut = tf.reshape(padded, [n, blocks, stride * dim])
  const slices = Array.from({ length: taps }, (_, tap) => tf.slice(cut, [0, tap, 0], [n, places, stride * dim]))
  const seen = taps === 1 ? slices[0]! : tf.concat(slices, -1)
  return width % stride === 0 ? seen : tf.slice(seen, [0, 0, 0], [n, places, width * dim])
}

/** The mask at steps 0, stride, 2 · stride, … */
const every = (mask: tf.Tensor, stride: number): tf.Tensor =>
  stride === 1 ? mask : tf.stridedSlice(mask, [0, 0], mask.shape, [1, stride])
