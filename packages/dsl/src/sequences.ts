import { type Graph, sequencePlan } from '@recspec/core'
import type { Report } from './diagnostic.js'
import type { Primitives } from './macros.js'
import { laterEvents, notCausal, notSequential, operatorFault } from './messages.js'
import type { Spec } from './spec.js'

/** Reports what keeps heads with `"examples": "sequences"` from reading histories once; whether nothing does. */
export const reportSequences = (spec: Spec, primitives: Primitives, graph: Graph, report: Report): boolean => {
  const reported = new Set<string>()
  for (const head of graph.heads.values()) {
    if (!head.examples) continue
    for (const { at, name, reason, fault } of sequencePlan(graph, head).obstacles) {
      const place = `${at} ${name}`
      if (reported.has(place)) continue
      reported.add(place)
      if (at === 'heads') report([...spec.heads.get(name)!.path, 'examples'], notSequential(name, reason))
      else if (at === 'inputs') report(spec.inputs.get(name)!.path, laterEvents(name, reason, head.name))
      else {
        const { type, path, origin } = primitives.ops.get(name)!
        if (!fault) report([...path, 'type'], notCausal(origin?.type ?? type, reason, head.name))
        else report(path, operatorFault(type, 'causal', reason))
      }
    }
  }
  return reported.size === 0
}
