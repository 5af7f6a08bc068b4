import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { fitted } from './fitted.js'
import type { SolverSubject } from './kind.js'

/** No tensor outlives a phase. */
export const leaks: Check<SolverSubject> = {
  name: 'leaks',
  says: 'no tensor is left behind',
  async *run({ usual }) {
    for (const { graph, params } of usual.slice(0, 2)) {
      // constants that are made once are no leak
      await fitted(graph)
      const before = tf.memory().numTensors
      await fitted(graph)
      const left = tf.memory().numTensors - before
      if (left > 0) yield `leaves ${left} ${left === 1 ? 'tensor' : 'tensors'} behind, with ${JSON.stringify(params)}`
    }
  },
}
