import { startsAsVectors } from '../../contract/init.js'
import type { DocumentRule } from '../finding.js'

/** Tables and weights that no phase trains: they keep their first values, and a penalty of them has no effect. */
export const untrained: DocumentRule = function* (graph) {
  const trained = new Set(graph.phases.flatMap(({ trains }) => [...trains]))
  for (const { name, l2, init } of graph.tables.values()) {
    if (trained.has(name) || startsAsVectors(init)) continue
    yield {
      rule: 'untrained',
      message: `table "${name}" is trained by no phase: it keeps its first values`,
      hint: l2 > 0 ? 'its "l2" has no effect; name it in "trains"' : 'name it in the "trains" of a phase',
      count: 1,
    }
  }
}
