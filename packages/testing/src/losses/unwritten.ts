import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { frozen } from '../frozen.js'
import type { LossSubject } from './kind.js'
import { tensorsOf, watchCalls } from './spied.js'

/** Scores and labels are left as they are, and so are the parameters. */
export const unwritten: Check<LossSubject> = {
  name: 'inputs unwritten',
  says: 'parameters, scores and labels are left as they are',
  backends: 'each',
  async *run({ uses, loss }) {
    for (const { graph, label, params } of uses) {
      const own = frozen(structuredClone(params))
      loss.examples(own)
      loss.rejects?.(own, { target: true })
      loss.quadratic?.(own)
      loss.slope?.(own, 10)
      let written: string | undefined
      await watchCalls(graph, loss, (call) => {
        const before = [...tensorsOf(call)].map(([name, tensor]) => ({
          name,
          tensor,
          values: tensor.dataSync().slice(),
        }))
        const terms = call.apply()
        tf.tidy(() => void terms.dataSync())
        written ??= before.find(({ tensor, values }) => !sameBits(tensor.dataSync(), values))?.name
        return terms
      })
      if (written !== undefined) yield `writes into ${written}, ${label}`
    }
  },
}
