import type { Graph, Head } from './graph.js'

/** Every node that the inputs of a head depend on, including the inputs. */
export const nodesBelow = ({ nodes }: Pick<Graph, 'nodes'>, { inputs }: Pick<Head, 'inputs'>): ReadonlySet<string> => {
  const below = new Set<string>()
  const open = [...inputs]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = nodes.get(name)
    // an op may read the rows of an input, which is not a node
    if (!node || below.has(name)) continue
    below.add(name)
    if (node.kind === 'op') open.push(...node.inputs)
  }
  return below
}
