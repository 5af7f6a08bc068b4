import { type Factorization, factorize } from './factorize.js'
import type { Graph, Head, Phase } from './graph.js'

/** What a phase asks of its solver: some heads of a graph, what is trained, and the rest constant. */
export interface Problem {
  readonly graph: Graph
  readonly heads: readonly Head[]
  readonly trains: ReadonlySet<string>
  /**
   * The head's score as a sum of products of tables and constants; or the node that is in the way. With `descent` rows may be scaled
   * to length 1 and go through dropout.
   */
  factors(head: Head, allow?: { readonly descent: true }): Factorization
}

/** The problem of a phase of a graph. */
export const problemOf = (graph: Graph, { heads, trains }: Pick<Phase, 'heads' | 'trains'>): Problem => ({
  graph,
  heads,
  trains,
  factors: (head, allow) => factorize(graph, head.inputs[0]!, trains, allow?.descent),
})
