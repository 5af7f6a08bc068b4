import {
  type Graph,
  type Loss,
  lower,
  type ObjectiveOptions,
  objectiveOf,
  type Problem,
  type Program,
  problemOf,
} from '@recspec/core'
import { testKernels } from '../kernels.js'
import { noise } from '../noise.js'
import { world } from '../world.js'

/** A graph bound to the data of the kit, with its first phase. */
export interface Bound {
  readonly program: Program
  readonly problem: Problem
}

/** Binds a graph to the data of the kit; every call has weights of its own. */
export const bound = async (graph: Graph): Promise<Bound> => ({
  program: lower(graph, world(), { kernels: await testKernels(), seed: 1 }),
  problem: problemOf(graph, graph.phases[0]!),
})

/**
 * Gives all tables and weights standard normal numbers, and returns them by name: initial values are small, and scores
 * near 0 say little of a loss.
 */
export const spread = ({ program: { tables, weights } }: Bound): ReadonlyMap<string, Float32Array> => {
  const arrays = new Map([...weights, ...[...tables].map(([name, { values }]) => [name, values] as const)])
  for (const [place, values] of [...arrays.values()].entries()) values.set(noise([values.length], 30 + place))
  return arrays
}

/** The objective of a bound graph. */
export const objective = ({ program, problem }: Bound, options: ObjectiveOptions = {}) =>
  objectiveOf(problem, program, { seed: 3, ...options })

/** The graph with another loss in the place of one. */
export const withLoss = (graph: Graph, loss: Loss, other: Loss): Graph => ({
  ...graph,
  heads: new Map(
    [...graph.heads].map(([name, head]) => [
      name,
      head.loss.definition === loss ? { ...head, loss: { ...head.loss, definition: other } } : head,
    ]),
  ),
  phases: graph.phases.map((phase) => ({
    ...phase,
    heads: phase.heads.map((head) =>
      head.loss.definition === loss ? { ...head, loss: { ...head.loss, definition: other } } : head,
    ),
  })),
})
