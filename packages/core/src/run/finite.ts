import { takeEvents } from '../dataset/take.js'
import { Failure } from '../failure.js'
import type { Phase } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'

/** Training events whose scores are checked after a phase. */
const CHECKED_EVENTS = 1024

const HINT = 'lower the learning rate, or add l2'

/**
 * Refuses weights that a phase left not finite, and weights whose scores overflow: such a model can neither be measured
 * nor served. Throws a Failure of kind `training`.
 */
export const checkFinite = (program: LoweredProgram, { heads, trains, type }: Phase): void => {
  for (const name of trains) {
    const values = program.tables.get(name)?.values ?? program.weights.get(name)!
    if (!values.every(Number.isFinite))
      throw new Failure('training', `"${type}" left numbers in "${name}" that are not finite`, HINT)
  }
  const { events } = program.dataset
  const rows = Int32Array.from({ length: Math.min(CHECKED_EVENTS, events.count) }, (_, row) => row)
  const some = takeEvents(events, rows)
  for (const head of heads) {
    const scores = program.scores(head.inputs[0]!, some.user, some.item, some)
    const bad = scores.find((score) => !Number.isFinite(score))
    if (bad !== undefined)
      throw new Failure('training', `"${type}" left head "${head.name}" with the score ${bad}`, HINT)
  }
}
