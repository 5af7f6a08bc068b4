import type { Graph, GraphNode, InputNode } from './graph.js'

/** The share of entities that a training step reads as unknown at an input. */
export const unknownShare = ({ definition, params }: InputNode): number => definition.dropout?.(params) ?? 0

/** Why a solver that reads every row as it is cannot train an embedding: the predicate of a sentence, or undefined. */
export const dropoutObstacle = ({ inputs }: Graph, node: GraphNode): string | undefined => {
  if (node.kind !== 'embedding') return undefined
  const input = inputs.get(node.input)!
  const share = unknownShare(input)
  return share > 0 ? `leaves out ids at random in training, dropout ${share} of input "${input.name}"` : undefined
}
