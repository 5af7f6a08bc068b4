import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** Every declared weight changes a value, and only weights that are not trainable are assigned. */
export const weights: Check<LayerSubject> = {
  name: 'weights',
  says: 'every declared weight changes a value, and only weights that are not trained are assigned',
  applies: ({ layer }) => layer.weights !== undefined,
  *run({ layer, cases }) {
    for (const prepared of cases) {
      const numbers = layerNumbers(prepared, 11)
      const results = (given: typeof numbers) =>
        [true, false].map((training) => valuesOf(layer, prepared, given, { training }))
      const own = results(numbers)
      for (const [name, { shape }] of Object.entries(prepared.weights)) {
        if (!shape.every((size) => Number.isInteger(size) && size > 0))
          yield `declares weight "${name}" of shape [${shape.join(', ')}], expected positive integers, ${prepared.label}`
        const moved = {
          ...numbers.weights,
          [name]: numbers.weights[name]!.map((value, k) => value + 0.3 + 0.1 * (k % 3)),
        }
        const other = results({ ...numbers, weights: moved })
        if (own.every((values, place) => sameBits(values, other[place]!)))
          yield `declares weight "${name}", which changes nothing, ${prepared.label}`
      }
      const assigned = new Map<string, Float32Array>()
      valuesOf(layer, prepared, numbers, { training: true, assigned })
      for (const [name, values] of assigned) {
        const spec = prepared.weights[name]
        if (!spec) yield `assigns "${name}", which is no weight, ${prepared.label}`
        else if (spec.trainable !== false) yield `assigns weight "${name}", which is trained, ${prepared.label}`
        else if (values.length !== numbers.weights[name]!.length)
          yield `assigns ${values.length} numbers to weight "${name}" of ${numbers.weights[name]!.length}, ${prepared.label}`
      }
    }
  },
}
