import { lower, problemOf } from '@recspec/core'
import type { Check } from '../check.js'
import { sameBits } from '../compare.js'
import { compiled } from '../documents.js'
import { testKernels } from '../kernels.js'
import { world } from '../world.js'
import type { SolverSubject } from './kind.js'

/** What a phase does not train is left as it is. */
export const frozenWeights: Check<SolverSubject> = {
  name: 'frozen weights',
  says: 'tables and weights that its phase does not train are left as they are',
  async *run({ usual, plugin, solver }) {
    for (const { document } of usual) {
      const tables = Object.keys((document['embeddings'] as object | undefined) ?? {})
      for (const name of tables) {
        const entry = { ...(document['solver'] as object), trains: [name] }
        const { graph } = compiled({ ...document, solver: entry }, plugin)
        if (!graph) continue
        const [phase] = graph.phases
        const program = lower(graph, world(), { kernels: await testKernels(), seed: 1 })
        const arrays = [...program.tables].map(([table, { values }]) => [table, values] as const)
        const before = [...arrays, ...program.weights].map(
          ([table, values]) => [table, values, values.slice()] as const,
        )
        for await (const _ of solver.fit(phase!.params, problemOf(graph, phase!), program, { seed: 1, phase: 0 })) {
          // reports are checked elsewhere
        }
        const changed = before.find(([table, values, copy]) => !phase!.trains.has(table) && !sameBits(values, copy))
        if (changed) yield `changes "${changed[0]}" in a phase that trains "${name}"`
      }
    }
  },
}
