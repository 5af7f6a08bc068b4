import { lower, problemOf } from '@recspec/core'
import type { Check } from '../check.js'
import { testKernels } from '../kernels.js'
import { changedNumbers, numbersOf, world } from '../world.js'
import type { SolverSubject } from './kind.js'

/** The data set of the program is left as it is. */
export const dataUnwritten: Check<SolverSubject> = {
  name: 'data unwritten',
  says: 'it leaves the data set as it is',
  async *run({ usual, solver }) {
    for (const { graph, params } of usual) {
      const data = world()
      const before = numbersOf(data)
      const phase = graph.phases.at(-1)!
      const program = lower(graph, data, { kernels: await testKernels(), seed: 1 })
      const run = { seed: 1, phase: graph.phases.length - 1 }
      for await (const _ of solver.fit(phase.params, problemOf(graph, phase), program, run)) {
        // reports are checked elsewhere
      }
      const [written] = changedNumbers(before, numbersOf(data))
      if (written !== undefined) yield `writes into the ${written}, with ${JSON.stringify(params)}`
    }
  },
}
