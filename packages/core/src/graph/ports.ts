import type { Ports, PortValues } from '../contract/ports.js'
import type { Shape } from '../contract/shape.js'
import type { Graph, OpNode } from './graph.js'

/** The values at a node's ports: joined vectors made one, lists at `many`. */
export const portValues = <V>(
  node: Pick<OpNode, 'definition' | 'ports'>,
  value: (name: string) => V,
  join: (values: readonly V[]) => V = (values) => joinShapes(values as readonly Shape[]) as V,
): PortValues<Ports, V> =>
  Object.fromEntries(
    Object.entries(node.definition.inputs).map(([port, kind]) => {
      const values = (node.ports[port] ?? []).map(value)
      return [port, kind === 'many' ? values : values.length === 1 ? values[0] : join(values)]
    }),
  ) as PortValues<Ports, V>

/** The shape of several concatenated vectors; throws a bare sentence where one is no vector. */
export const joinShapes = (shapes: readonly Shape[]): Shape => {
  let total = 0
  for (const shape of shapes) {
    const [size] = shape
    if (shape.length !== 1 || typeof size !== 'number') throw new Error('joins vectors only')
    total += size
  }
  return [total]
}

/** The form of an op, undefined where it is opaque. */
export const formOf = (graph: Graph, node: OpNode) =>
  node.definition.form?.(
    node.params,
    portValues(node, (name): Shape => graph.nodes.get(name)!.shape),
  )
