import type { Check } from '../check.js'
import { short } from '../compare.js'
import type { LossSubject } from './kind.js'
import { bound, objective } from './objective.js'

/** The loss of a batch is the sum over its examples, where they have no negatives in common. */
export const batchParts: Check<LossSubject> = {
  name: 'batch',
  says: 'the loss of a batch is the sum of the losses of its examples',
  async *run({ uses, loss }) {
    for (const { graph, label, params } of uses) {
      const { items } = loss.examples(params)
      if (items === 'sampled' || items === 'in-batch') continue
      const own = await bound(graph)
      const [whole, parts] = [256, 3].map((batchSize) => objective(own, { batchSize }).evaluate().loss) as [
        number,
        number,
      ]
      if (!(Math.abs(whole - parts) <= 1e-3 * Math.max(1, Math.abs(whole))))
        yield `the loss of all examples is ${short(whole)} at once and ${short(parts)} in batches of 3, ${label}`
    }
  },
}
