import { type Head, type MatrixNode, matrixName, type Problem, trainedMatrices } from '@recspec/core'
import { squares } from '../losses/squares.js'
import { type ItemToItem, itemToItem } from './itemtoitem.js'

/** The matrix that a phase trains: its op and parameters, the head that reads it, and the dropout of its rows. */
export interface LinearTarget {
  readonly node: MatrixNode
  readonly params: ItemToItem
  readonly head: Head
  readonly dropout: number
}

/** The matrix of a problem that `obstacle` has accepted. */
export const linearTarget = ({ graph, heads, trains }: Problem): LinearTarget => {
  const [node] = trainedMatrices(graph, trains) as readonly [MatrixNode]
  return {
    node,
    params: node.params as unknown as ItemToItem,
    head: heads[0]!,
    dropout: windowOf(graph, node)?.dropout ?? 0,
  }
}

const windowOf = ({ inputs }: Problem['graph'], { reads }: MatrixNode) => {
  const { definition, params } = inputs.get(reads.history)!
  return definition.window?.(params)
}

/** Why a phase cannot be solved by computing one matrix of items: a bare sentence. */
export const obstacle = ({ graph, heads, trains }: Problem): string | undefined => {
  const [node, other] = trainedMatrices(graph, trains)
  if (!node || node.definition !== itemToItem) return 'needs an op "autoencoder/item-to-item" to train'
  if (other) return `needs one matrix, got those of "${node.name}" and "${other.name}"`
  const rest = [...trains].find((name) => name !== matrixName(node.name))
  if (rest !== undefined) return `needs a phase that trains "${node.name}" alone, got "${rest}" too`
  const [head, second] = heads
  if (!head || second) return `needs one head, got ${heads.length}`
  if (head.inputs[0] !== node.name) return `needs a head whose score is "${node.name}", got "${head.inputs[0]}"`
  if (head.loss.definition !== squares) return `needs the loss "autoencoder/squares", got "${head.loss.type}"`
  const window = windowOf(graph, node)
  if (window?.before) return 'needs the whole history of a user, not what is before an event'
  if (window && window.dropout > 0 && !window.causal)
    return 'needs a history without normalization where it has dropout'
  return undefined
}

/** Why parameters of the op mean nothing to a solver that reads only some of them: a bare sentence. */
export const unread = ({ params, dropout }: LinearTarget, read: readonly (keyof ItemToItem | 'dropout')[]) => {
  const set = (
    [
      ['l2', params.l2 > 0],
      ['l1', params.l1 > 0],
      ['nonNegative', params.nonNegative],
      ['diagonal', params.diagonal > 0],
      ['topK', params.topK !== undefined],
      ['rank', params.rank !== undefined],
      ['dropout', dropout > 0],
    ] as const
  ).find(([name, isSet]) => isSet && !read.includes(name))
  return set && `has no "${set[0]}"`
}
