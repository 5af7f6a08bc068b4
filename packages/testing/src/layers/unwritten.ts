import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { frozen } from '../frozen.js'
import { applyTo, layerNumbers, tensorsOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** Parameters, shapes, inputs and weights are left as they are, their buffers included. */
export const unwritten: Check<LayerSubject> = {
  name: 'inputs unwritten',
  says: 'parameters, inputs and weights are left as they are',
  backends: 'each',
  *run({ layer, cases }) {
    for (const prepared of cases) {
      const { nodes, weights, shapes } = prepared
      const params = frozen(structuredClone(prepared.params))
      frozen(shapes)
      layer.shape(params, shapes)
      layer.weights?.(params, shapes)
      layer.form?.(params, shapes)
      for (const training of [true, false]) {
        const numbers = layerNumbers(prepared, 10)
        const written = tf.tidy(() => {
          const tensors = tensorsOf(prepared, numbers)
          const before = tensors.map((tensor) => tensor.dataSync().slice())
          applyTo(layer, prepared, tensors, numbers, { training }, params).tensor.dataSync()
          return tensors.findIndex((tensor, place) => !sameBits(tensor.dataSync(), before[place]!))
        })
        if (written < 0) continue
        const name =
          written < nodes.length
            ? `its input "${nodes[written]!.port}"`
            : `its weight "${Object.keys(weights)[written - nodes.length]}"`
        yield `writes into ${name} ${training ? 'in training' : 'when serving'}, ${prepared.label}`
      }
    }
  },
}
