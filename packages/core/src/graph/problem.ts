import { type Factorization, type FactorizeOptions, factorize } from './factorize.js'
import type { Graph, Head, Phase } from './graph.js'

/** What a phase asks of its solver: some heads of a graph, what is trained, and the rest constant. */
export interface Problem {
  readonly graph: Graph
  readonly heads: readonly Head[]
  readonly trains: ReadonlySet<string>
  /** The head's score as a sum of products of tables and constants, or the obstacle; `allow` says what else the solver can train. */
  factors(head: Head, allow?: Pick<FactorizeOptions, 'descent' | 'matrices'>): Factorization
}

/** The problem of a phase of a graph. */
export const problemOf = (graph: Graph, { heads, trains }: Pick<Phase, 'heads' | 'trains'>): Problem => ({
  graph,
  heads,
  trains,
  factors: (head, allow) => factorize(graph, head.inputs[0]!, { trains, ...allow }),
})
