import { jsonProblem } from '@recspec/core'
import type { Check } from '../check.js'
import type { InputSubject } from './kind.js'
import { encodedText, learnedOf, valuesOf } from './learned.js'

/** What an input learns is plain JSON, and encodes the same after it was saved and loaded. */
export const state: Check<InputSubject> = {
  name: 'state',
  says: 'what it learned encodes the same after a save and a load',
  async *run({ uses, input }) {
    for (const { graph, cells, label, params } of uses) {
      let learned: Awaited<ReturnType<typeof learnedOf>>
      try {
        learned = await learnedOf({ graph, cells }, input)
      } catch (error) {
        const at = (error as Error).message.indexOf('learned a state that JSON cannot represent')
        if (at >= 0) yield `${(error as Error).message.slice(at)}, ${label}`
        continue
      }
      const problem = jsonProblem(learned.state)
      if (problem !== undefined) {
        yield `learned a state that JSON cannot represent: state${problem}, ${label}`
        continue
      }
      const stored = learned.state === undefined ? undefined : JSON.parse(JSON.stringify(learned.state))
      for (const value of valuesOf(input, learned)) {
        const [before, after] = [learned.state, stored].map((one) => encodedText(input, params, one, value))
        if (before === after) continue
        yield `encodes ${JSON.stringify(value) ?? 'a missing value'} as ${before}, and as ${after} by its stored state, ${label}`
        break
      }
    }
  },
}
