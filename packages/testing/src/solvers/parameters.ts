import type { Check } from '../check.js'
import { compiled, type Document } from '../documents.js'
import { deadParameters } from '../parameters.js'
import type { Params } from '../settings.js'
import { fitted, fittedText } from './fitted.js'
import type { SolverSubject } from './kind.js'

/** What the solver of a document says of its phase. */
const phaseOf = (document: Document): Params => {
  const { heads, trains } = document['solver'] as Params
  return { ...(heads ? { heads } : {}), ...(trains ? { trains } : {}) }
}

/** Every declared parameter changes a trained number, a loss, or whether the solver can train. */
export const parameters: Check<SolverSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes something',
  applies: ({ solver }) => Object.keys(solver.params.properties).length > 0,
  async *run({ solver, settings, plugin, type }) {
    yield* deadParameters(
      solver.params,
      settings.map(({ params, document }) => ({
        params,
        print: async (one: Params) => {
          const { graph, mistakes } = compiled({ ...document, solver: { ...phaseOf(document), type, ...one } }, plugin)
          return graph ? fittedText(await fitted(graph)) : mistakes.join('; ')
        },
      })),
    )
  },
}
