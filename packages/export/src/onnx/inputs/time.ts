import { types } from '../proto.js'
import type { Encoder } from './encoder.js'
import { LENGTHS, type Part, partOf } from './instant.js'

/** Parts of a time as numbers: sine and cosine of those that repeat, and the year. */
export const time: Encoder = ({ graph, node, state, seconds }) => {
  const { parts, unit } = node.params as { readonly parts: readonly Part[]; readonly unit: 'seconds' }
  const { shift, factor } = state as { readonly shift: number; readonly factor: number }
  const of = (value: number) => graph.scalar('double', value)
  const read = seconds(node.columns[0]!, unit)
  const missing = graph.node('IsNaN', [read])
  const present = graph.node('Where', [missing, of(0), read])
  const columns = parts.flatMap((part) => {
    const found = partOf(graph, present, part)
    if (part === 'year') return [graph.node('Mul', [graph.node('Sub', [found, of(shift)]), of(factor)])]
    const angle = graph.node('Mul', [found, of((2 * Math.PI) / LENGTHS[part])])
    const single = graph.node('Cast', [angle], { to: { int: types.float } })
    return ['Sin', 'Cos'].map((op) => graph.node('Cast', [graph.node(op, [single])], { to: { int: types.double } }))
  })
  const numbers = columns.map((column) => {
    const kept = graph.node('Where', [missing, of(0), column])
    return graph.node('Unsqueeze', [graph.node('Cast', [kept], { to: { int: types.float } }), graph.ints([1])])
  })
  return { numbers: graph.node('Concat', numbers, { axis: { int: 1 } }) }
}
