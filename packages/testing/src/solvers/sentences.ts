import { problemOf } from '@recspec/core'
import type { Check } from '../check.js'
import { frozen } from '../frozen.js'
import { sentenceFault } from '../sentence.js'
import type { SolverSubject } from './kind.js'

/** What a solver says at compile time: plans and refusals are sentences, parameters are left as they are. */
export const sentences: Check<SolverSubject> = {
  name: 'sentences',
  says: 'plans and refusals are short sentences in lower case, and parameters are left as they are',
  *run({ uses, solver, refused }) {
    if (uses.length === 0 && refused) yield* refused.mistakes
    for (const { graph, params } of uses) {
      const phase = graph.phases.at(-1)!
      const own = frozen(structuredClone(phase.params))
      const problem = problemOf(graph, phase)
      const refusal = solver.rejects?.(own, problem)
      if (refusal !== undefined) yield `rejects a problem that it accepted before: ${refusal}`
      const plan = solver.plan?.(own, problem)
      if (plan !== undefined && typeof plan !== 'string') yield `returned a ${typeof plan} from "plan"`
      const wrong = plan === undefined ? undefined : sentenceFault(plan)
      if (wrong) yield `has the plan ${wrong}, with ${JSON.stringify(params)}`
      for (const name of solver.validates?.(own) ?? [])
        if (typeof name !== 'string') yield 'returned names from "validates" that are no texts'
    }
  },
}
