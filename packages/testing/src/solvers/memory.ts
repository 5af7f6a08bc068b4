import { problemOf } from '@recspec/core'
import type { Check } from '../check.js'
import type { SolverSubject } from './kind.js'

/** Sizes of a small data set and of one a thousand times as large. */
const sizes = (factor: number) => ({
  users: 9 * factor,
  items: 8 * factor,
  events: 40 * factor,
  threads: 2,
  height: () => 9 * factor + 1,
  rows: () => ({ mean: 4, most: 8 * factor }),
})

/** The parts of the memory are finite and do not fall when the data grows. */
export const memory: Check<SolverSubject> = {
  name: 'memory',
  says: 'the memory that it says it takes is finite, and grows with the data',
  applies: ({ solver }) => solver.memory !== undefined,
  *run({ uses, solver }) {
    for (const { graph, params } of uses) {
      const phase = graph.phases.at(-1)!
      const totals = [1, 1000].map((factor) =>
        solver.memory!(phase.params, problemOf(graph, phase), sizes(factor)).map(({ name, bytes }) => ({
          name,
          bytes,
        })),
      )
      for (const { name, bytes } of totals.flat())
        if (!(Number.isFinite(bytes) && bytes >= 0))
          yield `takes ${bytes} bytes for "${name}", with ${JSON.stringify(params)}`
      const [small, large] = totals.map((parts) => parts.reduce((sum, { bytes }) => sum + bytes, 0))
      if (large! < small!)
        yield `takes ${small} bytes for little data and ${large} for more, with ${JSON.stringify(params)}`
    }
  },
}
