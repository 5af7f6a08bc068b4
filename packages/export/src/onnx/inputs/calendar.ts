import { types } from '../proto.js'
import type { Encoder } from './encoder.js'
import { type Part, partOf } from './instant.js'

/** The row of a part of a time. */
export const calendar: Encoder = ({ graph, node, state, seconds }) => {
  const { part, unit } = node.params as { readonly part: Part; readonly unit: 'seconds' }
  const { first, count } = state as { readonly first: number; readonly count: number }
  const found = partOf(graph, seconds(node.columns[0]!, unit), part)
  const place = graph.node('Sub', [found, graph.scalar('double', part === 'year' ? first : 0)])
  const above = graph.node('GreaterOrEqual', [place, graph.scalar('double', 0)])
  const below = graph.node('Less', [place, graph.scalar('double', count)])
  // comparisons with NaN, a missing time, are false
  const known = graph.node('And', [above, below])
  const row = graph.node('Add', [place, graph.scalar('double', 1)])
  const chosen = graph.node('Where', [known, row, graph.scalar('double', 0)])
  return { rows: graph.node('Cast', [chosen], { to: { int: types.int64 } }) }
}
