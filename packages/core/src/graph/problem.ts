import { type Factorization, type FactorizeOptions, factorize } from './factorize.js'
import type { Graph, Head, Phase } from './graph.js'

/**
 * What a phase asks of its solver: the heads to train, and the tables and weights that are trained; all others are
 * constant.
 */
export interface Problem {
  readonly graph: Graph
  readonly heads: readonly Head[]
  readonly trains: ReadonlySet<string>
  /**
   * The head's score as a sum of products of tables and constants, or the obstacle; `allow`: what else the solver
   * supports.
   */
  factors(head: Head, allow?: Pick<FactorizeOptions, 'descent' | 'matrices'>): Factorization
}

/** The problem of a phase of a graph. */
export const problemOf = (graph: Graph, { heads, trains }: Pick<Phase, 'heads' | 'trains'>): Problem => ({
  graph,
  heads,
  trains,
  factors: (head, allow) => factorize(graph, head.inputs[0]!, { trains, ...allow }),
})
