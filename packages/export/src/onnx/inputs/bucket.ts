import { types } from '../proto.js'
import type { Encoder } from './encoder.js'

/** The interval of a number: how many cuts are not above it. */
export const bucket: Encoder = ({ graph, node, state, number }) => {
  const { cuts } = state as { readonly cuts: readonly number[] }
  const x = number(node.columns[0]!)
  const bounds = graph.constant(`/inputs/${node.name}/cuts`, 'double', [1, cuts.length], Float64Array.from(cuts))
  const reached = graph.node('LessOrEqual', [bounds, graph.node('Unsqueeze', [x, graph.ints([1])])])
  const counted = graph.node('Cast', [reached], { to: { int: types.int64 } })
  const below = graph.node('ReduceSum', [counted, graph.ints([1])], { keepdims: { int: 0 } })
  const row = graph.node('Add', [below, graph.scalar('int64', 1)])
  return { rows: graph.node('Where', [graph.node('IsNaN', [x]), graph.scalar('int64', 0), row]) }
}
