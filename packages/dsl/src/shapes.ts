import {
  type EmbeddingNode,
  type Entity,
  type GraphNode,
  type InputNode,
  inputGives,
  joinSides,
  type MatrixReads,
  matrixObstacle,
  type OpNode,
  portValues,
  printShape,
  type Shape,
  type Side,
  type Table,
  type TableInit,
} from '@recspec/core'
import type { Report } from './diagnostic.js'
import type { Primitive, Primitives } from './macros.js'
import { operatorFault, quote, shape as shapeMistake, show } from './messages.js'
import { isSentence } from './operator.js'
import type { EmbeddingSpec, Spec } from './spec.js'
import { toposort } from './toposort.js'

/** The nodes that could be resolved, and the entities that each depends on. */
export interface ResolvedNodes {
  readonly tables: ReadonlyMap<string, Table>
  /** In topological order; without nodes that depend on a mistake. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  /** The entities of all inputs below a node. */
  readonly entities: ReadonlyMap<string, ReadonlySet<Entity>>
}

/** What an op knows about a node that it reads. */
interface PortInput {
  readonly shape: Shape
  readonly side: Side
  readonly masked: boolean
  readonly entities: ReadonlySet<Entity>
}

/** Infers shapes, sides, masks and weights, from inputs to scores. */
export const inferShapes = (
  spec: Spec,
  inputs: ReadonlyMap<string, InputNode>,
  primitives: Primitives,
  report: Report,
): ResolvedNodes => {
  const tables = new Map<string, Table>()
  const nodes = new Map<string, GraphNode>()
  const seen = new Map<string, PortInput>()
  for (const input of inputs.values()) {
    const { name, entity, shape } = input
    seen.set(name, { shape, side: sideOf(entity), masked: masked(input), entities: new Set([entity]) })
  }

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
    tables.set(name, { name, dim: dim!, init: init as TableInit, l2: l2!, nu: nu!, input: input!, readers: names })
  }

  const reads = new Map([...primitives.ops].map(([name, op]) => [name, op.inputs] as const))
  for (const name of toposort(reads).sorted) {
    const op = primitives.ops.get(name)!
    if (!op.inputs.every((input) => seen.has(input))) continue
    for (const input of op.inputs) {
      const numbers = inputs.get(input)
      if (numbers && inputGives(numbers) === 'numbers' && !nodes.has(input))
        nodes.set(input, { kind: 'numbers', name: input, input, ...seenNode(seen.get(input)!) })
    }
    const node = inferOp(op, seen, inputs, report)
    if (!node) continue
    nodes.set(name, node)
    const entities = new Set(op.inputs.flatMap((input) => [...seen.get(input)!.entities]))
    seen.set(name, { ...seenNode(node), entities })
  }
  for (const { inputs: read } of spec.heads.values())
    for (const name of read ?? []) {
      const numbers = inputs.get(name)
      if (numbers && inputGives(numbers) === 'numbers' && !nodes.has(name))
        nodes.set(name, { kind: 'numbers', name, input: name, ...seenNode(seen.get(name)!) })
    }
  return { tables, nodes, entities: new Map([...seen].map(([name, { entities }]) => [name, entities])) }
}

/** Numbers along a history have a mask. */
const masked = (input: InputNode): boolean => input.of !== undefined && inputGives(input) === 'numbers'

const sideOf = (entity: Entity): Side => (entity === 'event' ? 'pair' : entity)

const seenNode = ({ shape, side, masked }: Pick<PortInput, 'shape' | 'side' | 'masked'>) => ({ shape, side, masked })

const inferOp = (
  op: Primitive,
  seen: ReadonlyMap<string, PortInput>,
  known: ReadonlyMap<string, InputNode>,
  report: Report,
): OpNode | undefined => {
  const { name, type, definition, params, ports, inputs, path, origin } = op
  const values = inputs.map((input) => seen.get(input)!)
  let method = 'shape'
  try {
    const shapes = portValues({ definition, ports }, (input) => seen.get(input)!.shape)
    const shape = definition.shape(params, shapes)
    if (!isShape(shape)) throw new TypeError(`expected a list of sizes, got ${show(shape)}`)
    method = 'weights'
    const weights = definition.weights?.(params, shapes) ?? {}
    method = 'form'
    definition.form?.(params, shapes)
    const masked = shape.length === 2 && values.some((value) => value.masked)
    const side = joinSides(values.map((value) => value.side))
    const node: OpNode = { kind: 'op', name, type, definition, params, ports, inputs, shape, side, masked, weights }
    return definition.matrix ? { ...node, ports: {}, inputs: [], reads: matrixReads(inputs, known) } : node
  } catch (error) {
    const blamed = origin ? `"${type}" in it has ${portShapes(op, seen)}` : portShapes(op, seen)
    if (isSentence(error)) report([...path, 'inputs'], shapeMistake(origin?.type ?? type, error.message, blamed))
    else report(path, operatorFault(type, method, String(error)))
    return undefined
  }
}

/** The two inputs of an op with a matrix; throws a bare sentence where they cannot be. */
const matrixReads = ([history, item]: readonly string[], known: ReadonlyMap<string, InputNode>): MatrixReads => {
  const obstacle = matrixObstacle(known.get(history!)!, known.get(item!)!)
  if (obstacle !== undefined) throw new Error(obstacle)
  return { history: history!, item: item! }
}

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((size) => typeof size === 'string' || (Number.isInteger(size) && size > 0))

const mostPortsShown = 8

/** The nodes at each port with their shapes, `a = p [16], b = q [32]`; of many the first ones. */
const portShapes = ({ ports }: Primitive, seen: ReadonlyMap<string, PortInput>): string => {
  const shapeOf = (name: string) => `${quote(name).slice(1, -1)} ${printShape(seen.get(name)!.shape)}`
  return Object.entries(ports)
    .map(([port, names]) => {
      const more = names.length - mostPortsShown
      const shown = names.slice(0, mostPortsShown).map(shapeOf).join(', ')
      return `${port} = ${shown}${more > 0 ? `, … ${more} more` : ''}`
    })
    .join(', ')
}
