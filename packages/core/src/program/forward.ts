import type { Ports, PortValues } from '../contract/ports.js'
import type { EmbeddingNode, Graph, GraphNode, NumbersNode, OpNode } from '../graph/graph.js'
import { formOf, portValues } from '../graph/ports.js'

/** The axis on which the values of a leaf are read: one per entry of its own axis, or one per pair. */
export type Place = 'own' | 'pairs'

/** The operations of a walk through a graph; `V` is the value of a node. */
export interface Walk<V> {
  leaf(node: EmbeddingNode | NumbersNode, place: Place): V
  apply(node: OpNode, inputs: PortValues<Ports, V>): V
  join(values: readonly V[]): V
  /** From the axis of the node to pairs. */
  move(node: GraphNode, value: V): V
  /** The dot products of the user entry and the item entry of every pair. */
  dots(user: V, item: V, normalized: boolean): V
  /** The value on pairs of a one-sided node that was evaluated before. */
  known?(node: GraphNode): V | undefined
  /** The pairs are all user entries × all item entries. */
  readonly grid: boolean
}

/** Values of nodes, each computed once: on their own axis, or on pairs. */
export interface Forward<V> {
  own(name: string): V
  pairs(name: string): V
}

/** Single rows are read on pairs at no extra cost; bags, sequences and numbers are read per entity, then gathered. */
const isSingleRow = (node: GraphNode) => node.kind === 'embedding' && node.combine === undefined && !node.masked

/** Evaluates the nodes of a graph on demand: one-sided nodes once per entity, pair nodes once per pair. */
export const forward = <V extends object>(graph: Graph, walk: Walk<V>): Forward<V> => {
  const found = new Map<string, V>()
  const onPairs = new Map<string, V>()

  const own = (name: string): V =>
    memoized(found, name, () => {
      const node = graph.nodes.get(name)!
      return node.kind === 'op' ? (dotted(node) ?? applied(node)) : walk.leaf(node, 'own')
    })

  const pairs = (name: string): V => {
    const node = graph.nodes.get(name)!
    if (node.side === 'pair' || node.side === 'none') return own(name)
    return memoized(onPairs, name, () => {
      const known = walk.known?.(node)
      if (known) return known
      return node.kind !== 'op' && isSingleRow(node) && !walk.grid
        ? walk.leaf(node, 'pairs')
        : walk.move(node, own(name))
    })
  }

  const applied = (node: OpNode): V =>
    walk.apply(
      node,
      portValues<V>(node, node.side === 'pair' ? pairs : own, (values) => walk.join(values)),
    )

  /** A dot product of a user side and an item side: the vectors of both are not moved to pairs. */
  const dotted = (node: OpNode): V | undefined => {
    // values that are known are known on pairs
    if (walk.known && !walk.grid) return undefined
    const form = formOf(graph, node)
    if (form?.is !== 'dot' || node.inputs.length !== 2) return undefined
    const sides = node.inputs.map((input) => graph.nodes.get(input)!)
    const user = sides.find(({ side }) => side === 'user')
    const item = sides.find(({ side }) => side === 'item')
    return user && item ? walk.dots(own(user.name), own(item.name), form.normalized) : undefined
  }

  return { own, pairs }
}

const memoized = <V>(memory: Map<string, V>, name: string, make: () => V): V => {
  const found = memory.get(name)
  if (found) return found
  const value = make()
  memory.set(name, value)
  return value
}
