import { checkValue, tf } from '@recspec/core'
import { bareFault } from '../barefault.js'
import type { Check } from '../check.js'
import { whole } from '../noise.js'
import { applyTo, layerNumbers, tensorsOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** `apply` returns float32 of the declared shape for any length of the axis and of sequences. */
export const shapes: Check<LayerSubject> = {
  name: 'shapes',
  decides: true,
  says: 'apply returns the declared shape, float32 and finite',
  backends: 'each',
  *run({ layer, cases, type, plugin }) {
    const use = { place: '', type, plugins: [plugin] }
    for (const prepared of cases)
      for (let seed = 0; seed < 3; seed++)
        for (const training of [true, false]) {
          const rows = whole(1, 6, seed, 1)
          const numbers = layerNumbers(prepared, seed, rows, whole(1, 7, seed, 2))
          const sentence = tf.tidy(() => {
            const value = applyTo(layer, prepared, tensorsOf(prepared, numbers), numbers, { training })
            return (
              bareFault(use, () => checkValue(use, prepared.output, value, rows)) ??
              notFinite(value.tensor.dataSync(), training)
            )
          })
          if (sentence) yield `${sentence}, ${prepared.label}`
        }
  },
}

const notFinite = (values: ArrayLike<number>, training: boolean): string | undefined => {
  const bad = Array.from(values).find((value) => !Number.isFinite(value))
  return bad === undefined ? undefined : `returned ${bad} from "apply" ${training ? 'in training' : 'when serving'}`
}
