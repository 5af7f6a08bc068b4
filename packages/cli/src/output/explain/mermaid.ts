import type { Graph } from '@recspec/core'
import type { GraphBox } from '@recspec/report'
import { drawing } from './drawing.js'

const FRAMES: Readonly<Record<GraphBox['kind'], readonly [string, string]>> = {
  input: ['([', '])'],
  table: ['[(', ')]'],
  op: ['[', ']'],
  head: ['{{', '}}'],
}

const escaped = (text: string) => text.replace(/[&"<>#]/g, (character) => `#${character.charCodeAt(0)};`)

/** The graph as a Mermaid flowchart. Ends with a newline. */
export const explainMermaid = (graph: Graph): string => {
  const { boxes, arrows } = drawing(graph)
  const nodes = boxes.map(({ id, lines, kind }) => {
    const [open, close] = FRAMES[kind]
    return `  ${id}${open}"${lines.map(escaped).join('<br/>')}"${close}`
  })
  return `${['flowchart LR', ...nodes, ...arrows.map(([from, to]) => `  ${from} --> ${to}`)].join('\n')}\n`
}
