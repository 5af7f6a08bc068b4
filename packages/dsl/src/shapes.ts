import {
  type EmbeddingNode,
  type Entity,
  type GraphNode,
  type Init,
  type InputNode,
  joinSides,
  type OpNode,
  portValues,
  printShape,
  type Shape,
  type Side,
  type Table,
} from '@recspec/core'
import type { Report } from './diagnostic.js'
import type { Primitive, Primitives } from './macros.js'
import { expansion, shape as shapeMistake } from './messages.js'
import type { EmbeddingSpec, Spec } from './spec.js'
import { toposort } from './toposort.js'

/** The nodes of a document that could be resolved, and what each depends on. */
export interface ResolvedNodes {
  readonly inputs: ReadonlyMap<string, InputNode>
  readonly tables: ReadonlyMap<string, Table>
  /** In topological order; what depends on something wrong is left out. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  /** The entities whose inputs a node reads, however far away. */
  readonly entities: ReadonlyMap<string, ReadonlySet<Entity>>
}

/** What an op sees of something it reads. */
interface PortInput {
  readonly shape: Shape
  readonly side: Side
  readonly masked: boolean
  readonly entities: ReadonlySet<Entity>
}

/** Shapes, sides, masks and weights, from inputs to scores. */
export const inferShapes = (spec: Spec, primitives: Primitives, report: Report): ResolvedNodes => {
  const inputs = new Map<string, InputNode>()
  const tables = new Map<string, Table>()
  const nodes = new Map<string, GraphNode>()
  const seen = new Map<string, PortInput>()

  for (const { name, path, type, definition, entity, column, params } of spec.inputs.values()) {
    if (!definition || !entity || !params) continue
    try {
      const shape = definition.shape(params)
      inputs.set(name, { name, type, definition, params, entity, column: column ?? name, shape })
    } catch (error) {
      report(path, expansion(type, (error as Error).message))
    }
  }
  for (const { name, entity, shape } of inputs.values())
    seen.set(name, { shape, side: sideOf(entity), masked: false, entities: new Set([entity]) })

  const owners = (embedding: EmbeddingSpec) => primitives.embeddings.get(embedding.table ?? embedding.name)
  const readers = new Map<string, string[]>()
  for (const embedding of primitives.embeddings.values()) {
    const owner = owners(embedding)
    const input = inputs.get(embedding.input!)
    if (owner?.dim === undefined || !input) continue
    const sequence = input.shape.length > 0 && embedding.combine === undefined
    const node: EmbeddingNode = {
      kind: 'embedding',
      name: embedding.name,
      shape: sequence ? [...input.shape, owner.dim] : [owner.dim],
      side: sideOf(input.entity),
      masked: sequence,
      input: input.name,
      table: owner.name,
      ...(embedding.combine !== undefined && { combine: embedding.combine }),
    }
    nodes.set(node.name, node)
    seen.set(node.name, { ...node, entities: new Set([input.entity]) })
    const names = readers.get(owner.name) ?? readers.set(owner.name, []).get(owner.name)!
    if (owner === embedding) names.unshift(node.name)
    else names.push(node.name)
  }
  for (const [name, names] of readers) {
    const { dim, init, l2, nu, input } = primitives.embeddings.get(name)!
    tables.set(name, { name, dim: dim!, init: init as Init, l2: l2!, nu: nu!, input: input!, readers: names })
  }

  const reads = new Map([...primitives.ops].map(([name, op]) => [name, op.inputs] as const))
  for (const name of toposort(reads).sorted) {
    const op = primitives.ops.get(name)!
    if (!op.inputs.every((input) => seen.has(input))) continue
    for (const input of op.inputs) {
      const numbers = inputs.get(input)
      if (numbers?.definition.gives === 'numbers' && !nodes.has(input))
        nodes.set(input, { kind: 'numbers', name: input, input, ...seenNode(seen.get(input)!) })
    }
    const node = inferOp(op, seen, report)
    if (!node) continue
    nodes.set(name, node)
    const entities = new Set(op.inputs.flatMap((input) => [...seen.get(input)!.entities]))
    seen.set(name, { ...seenNode(node), entities })
  }
  for (const { inputs: read } of spec.heads.values())
    for (const name of read ?? []) {
      const numbers = inputs.get(name)
      if (numbers?.definition.gives === 'numbers' && !nodes.has(name))
        nodes.set(name, { kind: 'numbers', name, input: name, ...seenNode(seen.get(name)!) })
    }
  return { inputs, tables, nodes, entities: new Map([...seen].map(([name, { entities }]) => [name, entities])) }
}

const sideOf = (entity: Entity): Side => (entity === 'event' ? 'pair' : entity)

const seenNode = ({ shape, side, masked }: Pick<PortInput, 'shape' | 'side' | 'masked'>) => ({ shape, side, masked })

const inferOp = (op: Primitive, seen: ReadonlyMap<string, PortInput>, report: Report): OpNode | undefined => {
  const { name, type, definition, params, ports, inputs, path, origin } = op
  const values = inputs.map((input) => seen.get(input)!)
  try {
    const shapes = portValues({ definition, ports }, (input) => seen.get(input)!.shape)
    const shape = definition.shape(params, shapes)
    const weights = definition.weights?.(params, shapes) ?? {}
    const masked = shape.length === 2 && values.some((value) => value.masked)
    const side = joinSides(values.map((value) => value.side))
    return { kind: 'op', name, type, definition, params, ports, inputs, shape, side, masked, weights }
  } catch (error) {
    const { message } = error as Error
    if (origin)
      report([...path, 'inputs'], shapeMistake(origin.type, message, `"${type}" in it has ${portShapes(op, seen)}`))
    else report([...path, 'inputs'], shapeMistake(type, message, portShapes(op, seen)))
    return undefined
  }
}

/** What stands at each port: `a = p [16], b = q [32]`. */
const portShapes = ({ ports }: Primitive, seen: ReadonlyMap<string, PortInput>): string =>
  Object.entries(ports)
    .map(
      ([port, names]) => `${port} = ${names.map((name) => `${name} ${printShape(seen.get(name)!.shape)}`).join(', ')}`,
    )
    .join(', ')
