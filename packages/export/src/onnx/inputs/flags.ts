import { types } from '../proto.js'
import type { Encoder } from './encoder.js'

/** One row per flag that is set, row 0 where all are missing. */
export const flags: Encoder = ({ graph, node, number }) => {
  const columns = node.columns.map((column) => {
    const read = number(column)
    const missing = graph.node('IsNaN', [read])
    const zero = graph.node('Equal', [read, graph.scalar('double', 0)])
    return { missing, set: graph.node('Not', [graph.node('Or', [missing, zero])]) }
  })
  const none = columns.map(({ missing }) => missing).reduce((all, one) => graph.node('And', [all, one]))
  const counts = [none, ...columns.map(({ set }) => set)].map((name) =>
    graph.node('Unsqueeze', [graph.node('Cast', [name], { to: { int: types.float } }), graph.ints([1])]),
  )
  return { counts: graph.node('Concat', counts, { axis: { int: 1 } }) }
}
