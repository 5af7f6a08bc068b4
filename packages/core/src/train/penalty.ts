import type { OpNode } from '../graph/graph.js'
import type { Problem } from '../graph/problem.js'
import type { LoweredProgram } from '../program/lowered.js'
import type { Penalty } from './tfjs/table.js'
import { squaredNorm } from './vector.js'

/** The penalty per read of every trained table. */
export const penalties = ({ graph, heads, trains }: Problem, program: LoweredProgram): ReadonlyMap<string, Penalty> =>
  new Map(
    [...graph.tables.values()]
      .filter(({ name }) => trains.has(name))
      .map(({ name, l2, nu }) => [name, { l2, nu, counts: program.counts(name, heads) }]),
  )

/** A trained dense weight, and its penalty per example. */
export interface TrainedWeight {
  readonly name: string
  readonly l2: number
  readonly nu: number
}

/** Dense weights that a phase trains. */
export const trainedWeights = ({ graph, trains }: Problem): readonly TrainedWeight[] =>
  [...graph.nodes.values()]
    .filter((node): node is OpNode => node.kind === 'op')
    .flatMap((op) =>
      Object.entries(op.weights)
        .map(([short, { l2 = 0, nu = 1 }]) => ({ name: `${op.name}.${short}`, l2, nu }))
        .filter(({ name }) => trains.has(name)),
    )

/** Σ l2 · Σ_rows n_row^nu · ‖row‖² over trained tables and weights; `examples` is the count of a pass. */
export const penaltyOf = (
  program: LoweredProgram,
  tables: ReadonlyMap<string, Penalty>,
  weights: readonly TrainedWeight[],
  examples: number,
): number => {
  let total = 0
  for (const [name, { l2, nu, counts }] of tables) {
    if (l2 === 0) continue
    const { values, spec } = program.tables.get(name)!
    for (let row = 0; row < counts.length; row++) {
      if (counts[row] === 0) continue
      total += l2 * counts[row]! ** nu * squaredNorm(values, row * spec.dim, spec.dim)
    }
  }
  for (const { name, l2, nu } of weights) {
    if (l2 === 0) continue
    const values = program.weights.get(name)!
    total += l2 * examples ** nu * squaredNorm(values, 0, values.length)
  }
  return total
}
