import type { Graph } from '@recspec/core'
import { describe } from './describe.js'

/** The description of a graph as JSON, for programs. Ends with a newline. */
export const explainJson = (graph: Graph): string => `${JSON.stringify(describe(graph), null, 2)}\n`
