import type { Graph } from '@recspec/core'
import type { GraphBox } from '@recspec/report'
import { drawing } from './drawing.js'

const SHAPES: Readonly<Record<GraphBox['kind'], string>> = {
  input: 'oval',
  table: 'cylinder',
  op: 'box',
  head: 'hexagon',
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** The graph in the language of Graphviz. Ends with a newline. */
export const explainDot = (graph: Graph): string => {
  const { name, boxes, arrows } = drawing(graph)
  const nodes = boxes.map(
    ({ id, lines, kind }) =>
      `  ${id} [shape=${SHAPES[kind]}, label="${lines.map((line) => quoted(line).slice(1, -1)).join('\\n')}"]`,
  )
  const edges = arrows.map(([from, to]) => `  ${from} -> ${to}`)
  return `${[`digraph ${quoted(name)} {`, '  rankdir=LR', ...nodes, ...edges, '}'].join('\n')}\n`
}
