import { type Graph, printShape } from '@recspec/core'
import type { GraphBox, GraphDrawing } from '@recspec/report'

/** The boxes and arrows of a graph; ids are letters and digits only. */
export const drawing = (graph: Graph): GraphDrawing => {
  const ids = new Map<string, string>()
  const id = (kind: GraphBox['kind'], name: string): string => {
    const key = `${kind} ${name}`
    const known = ids.get(key)
    if (known) return known
    const made = `n${ids.size}`
    ids.set(key, made)
    return made
  }
  const nodeId = (name: string): string => {
    const node = graph.nodes.get(name)!
    return node.kind === 'op' ? id('op', name) : node.kind === 'embedding' ? id('table', name) : id('input', node.input)
  }
  const boxes: GraphBox[] = []
  const arrows: [string, string][] = []
  for (const input of graph.inputs.values())
    boxes.push({ id: id('input', input.name), lines: [input.name, `${input.type} of ${input.entity}`], kind: 'input' })
  for (const input of graph.inputs.values())
    if (input.of) arrows.push([id('input', input.of.name), id('input', input.name)])
  for (const node of graph.nodes.values()) {
    if (node.kind === 'embedding') {
      const shared = node.table === node.name ? [] : [`table ${node.table}`]
      boxes.push({ id: nodeId(node.name), lines: [node.name, printShape(node.shape), ...shared], kind: 'table' })
      arrows.push([id('input', node.input), nodeId(node.name)])
    } else if (node.kind === 'op') {
      const lines = [node.name, `${node.type} ${printShape(node.shape)}`, node.side]
      boxes.push({ id: nodeId(node.name), lines, kind: 'op' })
      // an op may read the rows of an input itself; the input is not a node
      for (const input of node.inputs)
        arrows.push([graph.nodes.has(input) ? nodeId(input) : id('input', input), nodeId(node.name)])
    }
  }
  for (const head of graph.heads.values()) {
    const target = head.target ? [`target ${head.target.column}`] : []
    boxes.push({ id: id('head', head.name), lines: [head.name, head.loss.type, ...target], kind: 'head' })
    for (const input of head.inputs) arrows.push([nodeId(input), id('head', head.name)])
  }
  return { name: graph.name, boxes, arrows }
}
