import { objectiveOf, problemOf } from '@recspec/core'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import { bound } from '../losses/objective.js'
import { fitted } from './fitted.js'
import type { SolverSubject } from './kind.js'

/** A solver that minimises makes the objective of its problem smaller. */
export const objective: Check<SolverSubject> = {
  name: 'objective',
  says: 'it makes the objective smaller',
  applies: ({ solver }) => solver.kind === 'minimises',
  async *run({ usual }) {
    for (const { graph, params } of usual) {
      const problem = problemOf(graph, graph.phases.at(-1)!)
      // matrices of items have no gradients
      if ([...graph.nodes.values()].some((node) => node.kind === 'op' && node.definition.matrix)) continue
      const start = await bound(graph)
      const value = (program: typeof start.program) => {
        const { loss, penalty } = objectiveOf(problem, program, { seed: 7 }).evaluate()
        return loss + penalty
      }
      let before: number
      try {
        before = value(start.program)
      } catch {
        // a loss without gradients is for solvers in closed form
        continue
      }
      const { program } = await fitted(graph)
      const after = value(program)
      // a step of no use may round up
      if (!(after <= before * (1 + 1e-4)))
        yield `the objective is ${short(before)} before and ${short(after)} after training, with ${JSON.stringify(params)}`
    }
  },
}
