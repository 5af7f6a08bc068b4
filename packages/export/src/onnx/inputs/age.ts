import type { Encoder } from './encoder.js'
import { DAY } from './instant.js'
import { scaled } from './scale.js'

/** Days from one time to another, or to the last training event, scaled. */
export const age: Encoder = ({ graph, node, state, seconds }) => {
  const units = node.params['units'] as readonly ['seconds', 'seconds']
  const { last } = state as { readonly last: number }
  const from = seconds(node.columns[0]!, units[0])
  const to = node.columns.length > 1 ? seconds(node.columns[1]!, units[1]) : graph.scalar('double', last)
  const days = graph.node('Div', [graph.node('Sub', [to, from]), graph.scalar('double', DAY)])
  return { numbers: scaled(graph, days, node.params, state as never) }
}
