import type { Graph, GraphNode, InputNode, MatrixReads, OpNode } from './graph.js'

/** An op that reads its values from a matrix of items by items. */
export type MatrixNode = OpNode & { readonly reads: MatrixReads }

/** Whether a node is an op with a matrix. */
export const isMatrixNode = (node: GraphNode | undefined): node is MatrixNode =>
  node?.kind === 'op' && node.reads !== undefined

/** The name by which a phase trains the matrix of an op. */
export const matrixName = (node: string): string => `${node}.matrix`

/** The ops with a matrix whose matrices a phase trains. */
export const trainedMatrices = ({ nodes }: Pick<Graph, 'nodes'>, trains: ReadonlySet<string>): readonly MatrixNode[] =>
  [...nodes.values()].filter((node): node is MatrixNode => isMatrixNode(node) && trains.has(matrixName(node.name)))

/** Why inputs cannot be those of an op with a matrix: a bare sentence. */
export const matrixObstacle = (history: InputNode, item: InputNode): string | undefined => {
  if (history.entity !== 'user' || history.definition.reads !== 'interactions' || history.of)
    return `needs the history of a user, whose items are rows, got "${history.name}"`
  if (item.entity !== 'item' || item.definition.reads !== 'key') return `needs the id of an item, got "${item.name}"`
  return undefined
}
