import type { Entity } from '../contract/shape.js'
import { nodesBelow } from './below.js'
import type { Graph, Head } from './graph.js'
import { isMatrixNode } from './matrix.js'

/** The side that owns the rows of a graph of users and items. */
export type RowSide = Exclude<Entity, 'event'>

/** Whether a head reads histories of a side. */
export const readsHistories = (graph: Graph, head: Head, side: RowSide): boolean =>
  [...nodesBelow(graph, head)].some((name) => {
    const node = graph.nodes.get(name)!
    if (isMatrixNode(node)) return side === 'user'
    if (node.kind === 'op') return false
    const { entity, definition } = graph.inputs.get(node.input)!
    return entity === side && definition.reads === 'interactions'
  })

/**
 * Whose rows the examples of a head are, where they are rows: those of items where the head reads histories of items
 * and none of users, else those of users.
 */
export const rowSide = (graph: Graph, head: Head): RowSide =>
  readsHistories(graph, head, 'item') && !readsHistories(graph, head, 'user') ? 'item' : 'user'

/** The side that is not this one. */
export const otherSide = (side: RowSide): RowSide => (side === 'user' ? 'item' : 'user')
