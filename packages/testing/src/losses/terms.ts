import type { Check } from '../check.js'
import type { LossSubject } from './kind.js'
import { bound, objective } from './objective.js'

/** `apply` gives finite float32 terms for the scores of a batch: core checks its first result. */
export const terms: Check<LossSubject> = {
  name: 'terms',
  decides: true,
  says: 'apply returns finite float32 terms for the scores of a batch',
  backends: 'each',
  async *run({ uses, type }) {
    for (const { graph, label } of uses)
      try {
        objective(await bound(graph)).evaluate()
      } catch (error) {
        yield `${withoutPlace((error as Error).message, type)}, ${label}`
      }
  },
}

/** `/heads/kit/loss: tucker/hinge (package 0.1.0) returned …` without what comes before `returned`. */
const withoutPlace = (message: string, type: string): string => {
  const at = message.indexOf(`: ${type}`)
  if (at < 0) return message
  const rest = message.slice(at + 2 + type.length)
  return rest.replace(/^ \([^)]*\)/, '').trimStart()
}
