import type { Check } from '../check.js'
import { refusalFault } from '../sentence.js'
import type { InputSubject } from './kind.js'
import { learnedOf, valuesOf } from './learned.js'

/** What `encode` throws at a value is a bare sentence about the data. */
export const refusals: Check<InputSubject> = {
  name: 'refusals',
  says: 'values are refused by bare sentences',
  async *run({ uses, input }) {
    for (const { graph, cells, label, params } of uses) {
      const learned = await learnedOf({ graph, cells }, input).catch(() => undefined)
      if (!learned) continue
      for (const value of valuesOf(input, learned))
        try {
          input.encode(params, learned.state, value as never)
        } catch (error) {
          const wrong = refusalFault(error)
          if (!wrong) continue
          yield `refuses ${JSON.stringify(value) ?? 'a missing value'} with ${wrong}, ${label}`
          break
        }
    }
  },
}
