import type { Graph } from '../../graph/graph.js'
import type { Finding } from '../finding.js'

/** A rule finds things of one kind in a document, whatever the data. */
export type DocumentRule = (graph: Graph) => Iterable<Finding>
