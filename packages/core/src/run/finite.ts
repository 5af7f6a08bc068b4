import { operatorFault, solverUse } from '../blame.js'
import { takeEvents } from '../dataset/take.js'
import { Failure } from '../failure.js'
import type { Phase } from '../graph/graph.js'
import { trainedMatrices } from '../graph/matrix.js'
import type { LoweredProgram } from '../program/lowered.js'

/** Training events whose scores are checked after a phase. */
const CHECKED_EVENTS = 1024

const HINT = 'lower the learning rate, or add l2'

/**
 * Refuses weights that a phase left not finite, and weights whose scores overflow: such a model can neither be measured
 * nor served. Throws a Failure of kind `training`.
 */
export const checkFinite = (program: LoweredProgram, phase: Phase): void => {
  const { heads, trains, type } = phase
  for (const name of trains) {
    const values = program.tables.get(name)?.values ?? program.weights.get(name)
    if (values && !values.every(Number.isFinite))
      throw new Failure('training', `"${type}" left numbers in "${name}" that are not finite`, HINT)
  }
  for (const { name } of trainedMatrices(program.graph, trains)) {
    const matrix = program.matrix(name)
    if (!matrix) throw operatorFault(solverUse(program.graph, phase), `did not compute the matrix of "${name}"`)
    if (!Object.values(matrix.arrays).every((values) => values.every(Number.isFinite)))
      throw new Failure('training', `"${type}" left numbers in the matrix of "${name}" that are not finite`, HINT)
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
