import type { Check } from '../check.js'
import { short } from '../compare.js'
import { layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** When serving, the value of an entry does not depend on the other entries that are computed with it. */
export const batch: Check<LayerSubject> = {
  name: 'batch',
  says: 'when serving, an entry has the same value in every batch',
  *run({ layer, cases }) {
    for (const prepared of cases) {
      const rows = 3
      const numbers = layerNumbers(prepared, 4, rows)
      const whole = valuesOf(layer, prepared, numbers, { training: false })
      for (let row = 0; row < rows; row++) {
        const one = {
          ...numbers,
          rows: 1,
          inputs: numbers.inputs.map((values) => part(values, row, rows)),
          masks: numbers.masks.map((mask) => mask && part(mask, row, rows)),
        }
        const alone = valuesOf(layer, prepared, one, { training: false })
        const within = part(whole, row, rows)
        const place = alone.findIndex(
          (value, lane) => !(Math.abs(value - within[lane]!) <= 1e-4 * Math.max(1, Math.abs(value))),
        )
        if (place < 0) continue
        yield `an entry has ${short(within[place])} among others and ${short(alone[place])} alone, when serving, ${prepared.label}`
        break
      }
    }
  },
}

const part = (values: Float32Array, row: number, rows: number): Float32Array => {
  const size = values.length / rows
  return values.slice(row * size, (row + 1) * size)
}
