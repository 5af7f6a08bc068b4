import type { Events } from '../dataset/dataset.js'
import { joinEvents } from '../dataset/join.js'
import type { Graph, Phase } from '../graph/graph.js'
import { lower } from '../program/lower.js'
import type { LoweredProgram } from '../program/lowered.js'
import { fitPhase } from './fit.js'

/** Tables with a row of each user's own, read by nothing else. */
const tablesOfUsers = ({ graph, inputs }: LoweredProgram): ReadonlySet<string> =>
  new Set(
    [...graph.tables.values()]
      .filter(({ readers }) => readers.every((reader) => hasOwnRows(graph, inputs, reader)))
      .map(({ name }) => name),
  )

/** Whether every user reads the row of its own index. */
const hasOwnRows = ({ nodes }: Graph, inputs: LoweredProgram['inputs'], reader: string): boolean => {
  const node = nodes.get(reader)!
  if (node.kind === 'op') return false
  const { encoded, node: input } = inputs.get(node.input)!
  return input.entity === 'user' && encoded?.rows !== undefined && encoded.rows.every((row, entry) => row === entry)
}

/**
 * Runs with a program that knows the events of users who were not trained on: their histories have them, and where the
 * score reads a row of each user, the rows of these users are trained on them by the solvers of the document, all else
 * held still. Afterwards the rows are as they were.
 */
export const withFolded = async <T>(
  program: LoweredProgram,
  folded: Events,
  seed: number,
  run: (knowing: LoweredProgram) => Promise<T>,
): Promise<T> => {
  const { graph, dataset, kernels, inputs } = program
  const on = (events: Events) =>
    lower(graph, { ...dataset, events }, { kernels, seed, learned: inputs, shares: program })
  const own = tablesOfUsers(program)
  const kept = new Map([...own].map((name) => [name, program.tables.get(name)!.values.slice()]))
  try {
    if (own.size > 0) {
      const training = on(folded)
      for (const [number, phase] of graph.phases.entries()) {
        const trains = new Set([...phase.trains].filter((name) => own.has(name)))
        if (trains.size === 0) continue
        // the reports of fold-in are nobody's
        for await (const _ of fitPhase(
          training,
          { ...phase, trains, params: withoutStop(phase) },
          { seed, phase: number },
        )) {
        }
      }
    }
    return await run(on(joinEvents(dataset.events, folded)))
  } finally {
    for (const [name, values] of kept) program.tables.get(name)!.values.set(values)
  }
}

/** Fold-in has no validation rows to stop by. */
const withoutStop = ({ params }: Phase): Phase['params'] => {
  const { stop: _, ...rest } = params
  return rest
}
