import type { Check } from '../check.js'
import { frozen } from '../frozen.js'
import type { InputSubject } from './kind.js'
import { learnedOf, valuesOf } from './learned.js'

/** Parameters, what was learned and the value are left as they are. */
export const unwritten: Check<InputSubject> = {
  name: 'inputs unwritten',
  says: 'parameters, the learned state and values are left as they are',
  async *run({ uses, input }) {
    for (const { graph, cells, label, params } of uses) {
      const learned = await learnedOf({ graph, cells }, input).catch(() => undefined)
      if (!learned) continue
      const own = frozen(structuredClone(params))
      const state = frozen(structuredClone(learned.state))
      const written: string[] = []
      const call = (what: string, run: () => unknown) => {
        try {
          run()
        } catch (error) {
          if (error instanceof TypeError && /read only|not extensible|Cannot (add|delete|assign)/.test(error.message))
            written.push(`${what} writes: ${error.message}`)
        }
      }
      call('"shape"', () => input.shape(own))
      call('"learn"', () => input.learn(own, learned.source))
      call('"height"', () => input.height?.(own, state))
      for (const value of valuesOf(input, learned))
        call('"encode"', () => input.encode(own, state, frozen(value) as never))
      if (written.length > 0) yield `${written[0]}, ${label}`
    }
  },
}
