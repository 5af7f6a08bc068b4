import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { impureCalls } from '../impure.js'
import type { LossSubject } from './kind.js'
import { watchCalls } from './spied.js'

/** Two calls give the same bytes, without a clock or random numbers. */
export const deterministic: Check<LossSubject> = {
  name: 'determinism',
  says: 'apply gives the same bytes for the same inputs, and reads neither a clock nor random numbers of its own',
  async *run({ uses, loss }) {
    for (const { graph, label } of uses) {
      let differs = false
      const calls = await impureCalls(() =>
        watchCalls(graph, loss, (call) => {
          const terms = call.apply()
          if (!sameBits(terms.dataSync(), call.apply().dataSync())) differs = true
          return terms
        }),
      )
      if (calls.length > 0) yield `calls ${calls.join(', ')}, ${label}`
      if (differs) yield `gives other bytes when it is called again, ${label}`
    }
  },
}
