import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import type { LossSubject } from './kind.js'
import { bound, objective } from './objective.js'

/** No tensor outlives a step. */
export const leaks: Check<LossSubject> = {
  name: 'leaks',
  says: 'no tensor is left behind',
  async *run({ uses }) {
    for (const { graph, label } of uses) {
      const value = objective(await bound(graph), { batchSize: 8 })
      // constants that are made once are no leak
      value.evaluate()
      const before = tf.memory().numTensors
      value.evaluate()
      const left = tf.memory().numTensors - before
      if (left > 0) yield `leaves ${left} ${left === 1 ? 'tensor' : 'tensors'} behind, ${label}`
    }
  },
}
