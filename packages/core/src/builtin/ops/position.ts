import * as tf from '@tensorflow/tfjs-core'
import { layer } from '../../contract/layer.js'
import type { Shape } from '../../contract/shape.js'
import { Type } from '../../contract/type.js'
import { sequenceSizes } from './widths.js'

/** Adds a learned position embedding to each step of a sequence, counted from the first step. */
export const position = layer({
  summary: 'Adds a learned position embedding to each step of a sequence.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: (_, { x }) => known(x),
  weights: (_, { x }) => ({ places: { shape: known(x), init: 'normal' } }),
  causal: (params) => params,
  apply: (_, { x }, { places }) => {
    const [, length, dim] = x.tensor.shape as [number, number, number]
    const used = length === places.shape[0] ? places : tf.slice(places, [0, 0], [length, dim])
    return { ...x, tensor: tf.add(x.tensor, used) }
  },
  keras: {
    name: 'Position',
    source: `
class Position(Op):
    """Adds a learned vector to each step of a sequence, by its place."""

    def call(self, x):
        return x._replace(tensor=x.tensor + self.weight.places[: x.tensor.shape[1]])
`,
  },
})

const known = (shape: Shape): [number, number] => {
  const { length, dim } = sequenceSizes(shape)
  if (typeof length !== 'number')
    throw new Error(`needs a sequence of known length, got [${shape.join(', ')}]; give its input a "maxLength"`)
  return [length, dim]
}
