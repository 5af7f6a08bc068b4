import type { Ports, PortValues } from '../contract/ports.js'
import type { Shape } from '../contract/shape.js'
import type { Graph, OpNode } from './graph.js'

/**
 * The values at a node's ports, by port name: `value` gives that of a node by its name; a `many` port has the list,
 * several nodes at a `joined` port go through `join` (default: shapes of vectors are concatenated, which throws a bare
 * sentence for other shapes).
 */
export const portValues = <V>(
  node: Pick<OpNode, 'definition' | 'ports'>,
  value: (name: string) => V,
  join: (values: readonly V[]) => V = (values) => joinShapes(values as readonly Shape[]) as V,
): PortValues<Ports, V> =>
  Object.fromEntries(
    Object.entries(node.ports).map(([port, names]) => {
      const values = names.map(value)
      return [port, node.definition.inputs[port] === 'many' ? values : values.length === 1 ? values[0] : join(values)]
    }),
  ) as PortValues<Ports, V>

/** The shape [Σ widths] of concatenated vectors; throws a bare sentence where one is not a vector. */
export const joinShapes = (shapes: readonly Shape[]): Shape => {
  let total = 0
  for (const shape of shapes) {
    const [size] = shape
    if (shape.length !== 1 || typeof size !== 'number') throw new Error('joins vectors only')
    total += size
  }
  return [total]
}

/** The declared form of an op with its parameters and input shapes; undefined where it has none. */
export const formOf = (graph: Graph, node: OpNode) =>
  node.definition.form?.(
    node.params,
    portValues(node, (name): Shape => graph.nodes.get(name)!.shape),
  )
