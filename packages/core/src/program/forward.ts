import * as tf from '@tensorflow/tfjs-core'
import { product } from '../backend/gradients.js'
import { pick } from '../backend/rows.js'
import type { Context, Value } from '../contract/value.js'
import { formOf, portValues } from '../graph/factorize.js'
import type { EmbeddingNode, Graph, GraphNode, NumbersNode, OpNode } from '../graph/graph.js'

/** What a forward pass reads: leaves and weights as tensors, and how pairs point into the axes. */
export interface Feed {
  /** A table or a numbers input on its own axis, or moved to pairs. */
  leaf(node: EmbeddingNode | NumbersNode, place: 'own' | 'pairs'): Value
  /** True where `leaf` gives the node on pairs at no more cost than on its own axis. */
  direct(node: GraphNode): boolean
  /** A one-sided node on pairs that was evaluated before. */
  known?(node: GraphNode): Value | undefined
  readonly user: tf.Tensor1D
  readonly item: tf.Tensor1D
  /** Every user entry meets every item entry. */
  readonly grid: boolean
  weights(node: OpNode): Record<string, tf.Tensor>
  context(node: OpNode): Context
}

/** Values of nodes, each computed once: on their own axis, or on pairs. */
export interface Forward {
  own(name: string): Value
  pairs(name: string): Value
}

/** Evaluates a graph on a feed, node by node as they are asked for. */
export const forward = (graph: Graph, feed: Feed): Forward => {
  const found = new Map<string, Value>()
  const moved = new Map<string, Value>()

  const own = (name: string): Value =>
    remembered(found, name, () => {
      const node = graph.nodes.get(name)!
      if (node.kind !== 'op') return feed.leaf(node, 'own')
      return (feed.grid && crossed(node)) || applied(node)
    })

  const pairs = (name: string): Value => {
    const node = graph.nodes.get(name)!
    if (node.side === 'pair' || node.side === 'none') return own(name)
    return remembered(moved, name, () => {
      const known = feed.known?.(node)
      if (known) return known
      if (node.kind !== 'op' && feed.direct(node)) return feed.leaf(node, 'pairs')
      const { tensor, mask } = own(name)
      const rows = node.side === 'user' ? feed.user : feed.item
      return mask ? { tensor: pick(tensor, rows), mask: tf.gather(mask, rows) } : { tensor: pick(tensor, rows) }
    })
  }

  const applied = (node: OpNode): Value => {
    const inputs = portValues<Value>(node, node.side === 'pair' ? pairs : own, joined)
    return node.definition.apply(node.params, inputs, feed.weights(node), feed.context(node))
  }

  /** A dot product of a user side and an item side over all pairs is one matrix product. */
  const crossed = (node: OpNode): Value | undefined => {
    const form = formOf(graph, node)
    if (form?.is !== 'dot' || node.inputs.length !== 2) return undefined
    const sides = node.inputs.map((input) => graph.nodes.get(input)!)
    const user = sides.find(({ side }) => side === 'user')
    const item = sides.find(({ side }) => side === 'item')
    if (!user || !item) return undefined
    const [left, right] = [user, item].map(({ name }) => (form.unit ? unit(own(name).tensor) : own(name).tensor))
    return { tensor: tf.reshape(product(left!, right!, false, true), [-1, 1]) }
  }

  return { own, pairs }
}

const remembered = (memory: Map<string, Value>, name: string, make: () => Value): Value => {
  const found = memory.get(name)
  if (found) return found
  const value = make()
  memory.set(name, value)
  return value
}

const joined = (values: readonly Value[]): Value => ({
  tensor: tf.concat(
    values.map(({ tensor }) => tensor),
    -1,
  ),
})

const unit = (tensor: tf.Tensor): tf.Tensor =>
  tf.div(tensor, tf.sqrt(tf.maximum(tf.sum(tf.square(tensor), -1, true), 1e-12)))
