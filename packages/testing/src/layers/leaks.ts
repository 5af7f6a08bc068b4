import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { applyTo, layerNumbers, tensorsOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** No tensor outlives `apply`. */
export const leaks: Check<LayerSubject> = {
  name: 'leaks',
  says: 'no tensor is left behind',
  *run({ layer, cases }) {
    for (const prepared of cases)
      for (const training of [true, false]) {
        const numbers = layerNumbers(prepared, 9)
        const count = () => tf.memory().numTensors
        const run = () =>
          tf.tidy(() => {
            applyTo(layer, prepared, tensorsOf(prepared, numbers), numbers, { training })
          })
        // constants that are made once are no leak
        run()
        const before = count()
        run()
        const left = count() - before
        if (left > 0)
          yield `leaves ${left} ${left === 1 ? 'tensor' : 'tensors'} behind ${training ? 'in training' : 'when serving'}, ${prepared.label}`
      }
  },
}
