import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { impureCalls } from '../impure.js'
import { layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** Two calls give the same bytes; random numbers come from the context, and in training only. */
export const deterministic: Check<LayerSubject> = {
  name: 'determinism',
  says: 'apply gives the same bytes for the same inputs, and reads neither a clock nor random numbers of its own',
  async *run({ layer, cases }) {
    for (const prepared of cases) {
      const numbers = layerNumbers(prepared, 8)
      for (const training of [true, false]) {
        const when = training ? 'in training' : 'when serving'
        let drawn = false
        const as = {
          training,
          onRandom: () => {
            drawn = true
          },
        }
        const results: Float32Array[] = []
        const calls = await impureCalls(() => {
          layer.shape(prepared.params, prepared.shapes)
          for (let run = 0; run < 2; run++) results.push(valuesOf(layer, prepared, numbers, as))
        })
        if (calls.length > 0) yield `calls ${calls.join(', ')} ${when}, ${prepared.label}`
        if (!sameBits(results[0]!, results[1]!))
          yield `gives other bytes when it is called again ${when}, ${prepared.label}`
        if (drawn && !training) yield `draws random numbers when serving, ${prepared.label}`
      }
    }
  },
}
