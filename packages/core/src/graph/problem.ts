import type { Factorization } from './factorize.js'
import type { Graph, Head } from './graph.js'

/** What a phase asks of its solver: some heads of a graph, what is trained, and the rest constant. */
export interface Problem {
  readonly graph: Graph
  readonly heads: readonly Head[]
  readonly trains: ReadonlySet<string>
  /** The head's score as a sum of products of tables and constants; or the node that is in the way. */
  factors(head: Head): Factorization
}
