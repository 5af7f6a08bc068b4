import type { Check } from '../check.js'
import { impureCalls } from '../impure.js'
import type { InputSubject } from './kind.js'
import { encodedText, learnedOf, valuesOf } from './learned.js'

/** A value is encoded the same whatever was encoded before it, without a clock or random numbers. */
export const deterministic: Check<InputSubject> = {
  name: 'determinism',
  says: 'it learns and encodes the same whatever it encoded before, without a clock or random numbers',
  async *run({ uses, input }) {
    for (const { graph, cells, label, params } of uses) {
      const learned = await learnedOf({ graph, cells }, input).catch(() => undefined)
      if (!learned) continue
      const { source, state } = learned
      const values = valuesOf(input, learned)
      let differs: string | undefined
      const calls = await impureCalls(() => {
        const again = input.learn(params, source)
        if (JSON.stringify(again) !== JSON.stringify(state)) differs = 'learns another state from the same data'
        const encode = (value: unknown) => encodedText(input, params, state, value)
        const forward = values.map(encode)
        const backward = [...values].reverse().map(encode).reverse()
        const place = forward.findIndex((text, k) => text !== backward[k])
        if (place >= 0)
          differs ??= `encodes ${JSON.stringify(values[place]) ?? 'a missing value'} as ${forward[place]} and later as ${backward[place]}`
      })
      if (calls.length > 0) yield `calls ${calls.join(', ')}, ${label}`
      if (differs) yield `${differs}, ${label}`
    }
  },
}
