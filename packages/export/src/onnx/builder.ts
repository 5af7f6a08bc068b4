import { type Dims, isBatch } from './dims.js'
import type { Attribute, Data, ElementType, Initializer, Node, OnnxModel, Slot } from './proto.js'

/** A graph of ONNX that is being written. */
export interface Builder {
  /** Adds an operation with one output; returns the name of its value. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string
  /** Adds an operation with several outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
    domain?: string,
  ): readonly string[]
  /** A constant; the same array is written once. */
  constant(name: string, type: ElementType, dims: readonly number[], data: Data): string
  /** A small constant of int64. */
  ints(values: readonly number[]): string
  /** One number of a type, without axes. */
  scalar(type: ElementType, value: number): string
  /** A shape as a vector of int64; the batch is read from the first input. */
  shape(dims: Dims): string
  input(slot: Slot): string
  /** Values that are written until the next call belong to this place of the document. */
  at(place: string): void
  /** The whole graph with these outputs, without operations and constants that they do not need. */
  finish(
    outputs: readonly (Slot & { readonly value: string })[],
  ): Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs' | 'outputs'>
}

const arrays: Readonly<Record<Exclude<ElementType, 'string'>, (value: number) => Data>> = {
  float: (value) => Float32Array.of(value),
  double: (value) => Float64Array.of(value),
  int32: (value) => Int32Array.of(value),
  int64: (value) => BigInt64Array.of(BigInt(value)),
  bool: (value) => Uint8Array.of(value),
}

/** Starts an empty graph. Names of values begin with a slash, names of inputs and outputs are those given. */
export const graphBuilder = (): Builder => {
  const nodes: Node[] = []
  const initializers = new Map<string, Initializer>()
  const named = new Map<Data, string>()
  const small = new Map<string, string>()
  const inputs: Slot[] = []
  const taken = new Set<string>()
  let place = ''
  let batch: string | undefined

  const unique = (wanted: string): string => {
    let name = wanted
    for (let k = 2; taken.has(name); k++) name = `${wanted}_${k}`
    taken.add(name)
    return name
  }

  const builder: Builder = {
    nodes(op, read, attributes, count, domain) {
      const name = unique(`${place}/${op}`)
      const outputs = Array.from({ length: count }, (_, k) => (count === 1 ? `${name}:0` : `${name}:${k}`))
      nodes.push({ name, op, ...(domain === undefined ? {} : { domain }), inputs: read, outputs, attributes })
      return outputs
    },
    node: (op, read, attributes = {}) => builder.nodes(op, read, attributes, 1)[0]!,
    constant(wanted, type, dims, data) {
      const found = named.get(data)
      if (found !== undefined) return found
      const name = unique(wanted)
      initializers.set(name, { name, type, dims, data })
      named.set(data, name)
      return name
    },
    ints(values) {
      const key = `ints ${values}`
      const found = small.get(key)
      if (found !== undefined) return found
      const data = BigInt64Array.from(values.map(BigInt))
      const name = builder.constant(`/ints/${values.join('_') || 'none'}`, 'int64', [values.length], data)
      small.set(key, name)
      return name
    },
    scalar(type, value) {
      const key = `${type} ${Object.is(value, -0) ? '-0' : value}`
      const found = small.get(key)
      if (found !== undefined) return found
      const make = arrays[type as Exclude<ElementType, 'string'>]
      const name = builder.constant(`/${type}/${value}`, type, [], make(value))
      small.set(key, name)
      return name
    },
    shape(dims) {
      if (!dims.some(isBatch)) return builder.ints(dims as readonly number[])
      if (batch === undefined) {
        const [first] = inputs
        if (!first) throw new Error('a graph without inputs has no batch')
        const held = place
        place = '/batch'
        batch = builder.node('Shape', [first.name], { start: { int: 0 }, end: { int: 1 } })
        place = held
      }
      const parts: string[] = []
      for (let k = 0; k < dims.length; ) {
        const dim = dims[k]!
        if (isBatch(dim)) {
          parts.push(dim.batch === 1 ? batch : builder.node('Mul', [batch, builder.ints([dim.batch])]))
          k++
          continue
        }
        let end = k
        while (end < dims.length && !isBatch(dims[end])) end++
        parts.push(builder.ints(dims.slice(k, end) as readonly number[]))
        k = end
      }
      return parts.length === 1 ? parts[0]! : builder.node('Concat', parts, { axis: { int: 0 } })
    },
    input(slot) {
      taken.add(slot.name)
      inputs.push(slot)
      return slot.name
    },
    at(next) {
      place = next
    },
    finish(outputs) {
      const last = outputs.map(
        ({ name, value }): Node => ({
          name: unique(`/output/${name}`),
          op: 'Identity',
          inputs: [value],
          outputs: [name],
          attributes: {},
        }),
      )
      const all = [...nodes, ...last]
      const needed = new Set(outputs.map(({ name }) => name))
      // a node comes after those that it reads
      const kept = all
        .reverse()
        .filter((node) => {
          if (!node.outputs.some((output) => needed.has(output))) return false
          for (const input of node.inputs) needed.add(input)
          return true
        })
        .reverse()
      return {
        nodes: kept,
        initializers: [...initializers.values()].filter(({ name }) => needed.has(name)),
        inputs: inputs.filter(({ name }) => needed.has(name)),
        outputs: outputs.map(({ value: _, ...slot }) => slot),
      }
    },
  }
  return builder
}
