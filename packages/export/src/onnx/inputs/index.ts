import {
  type EmbeddingNode,
  type Events,
  encodeEvents,
  type InputNode,
  type LoweredProgram,
  type NumbersNode,
  operatorName,
  secondsOf,
  type Value,
} from '@recspec/core'
import type { Builder } from '../builder.js'
import { recorded, type Written, writeLeaf } from '../leaves.js'
import { refusal } from '../refusal.js'
import type { Side } from '../sides.js'
import { storedLeaf } from '../stored.js'
import type { Recorder } from '../trace.js'
import { type ColumnSource, cellsOf, type EventColumns, sourceOf } from './columns.js'
import type { Encoded } from './encoder.js'
import { encoders } from './encoders.js'
import { secondsIn } from './instant.js'

type Leaf = EmbeddingNode | NumbersNode

/** Reads the leaves of events in a program. */
export type EventInputs = (
  graph: Builder,
  program: LoweredProgram,
  entry: (side: Side) => string,
) => (node: Leaf, recorder: Recorder, batch: number) => Value

/** Inputs of events in a graph of one side, which reads none. */
export const noEvents: EventInputs = () => (node) => {
  throw new Error(`"${node.name}" is of events`)
}

/** Inputs of events, as columns that the graph reads. */
export const eventInputs =
  (columns: EventColumns): EventInputs =>
  (graph, program, entry) => {
    const written = new Map<string, Written>()
    const encoded = new Map<string, Encoded>()

    const encode = (input: InputNode): Encoded => {
      const found = encoded.get(input.name)
      if (found) return found
      graph.at(`/inputs/${input.name}`)
      const made = encodedInput(graph, program, entry, columns, input)
      encoded.set(input.name, made)
      return made
    }

    const write = (node: Leaf): Written => {
      const found = written.get(node.name)
      if (found) return found
      const input = program.inputs.get(node.input)!.node
      const side = sideOfAll(program, input)
      const made = side
        ? storedColumns(graph, program, node, side, entry(side))
        : readEncoded(graph, program, node, encode(input))
      written.set(node.name, made)
      return made
    }

    return (node, recorder, batch) => recorded(write(node), recorder, batch)
  }

/** The side whose table has all columns that an input reads; undefined where it reads the event too. */
const sideOfAll = (program: LoweredProgram, { columns }: InputNode): Side | undefined => {
  const sides = new Set(columns.map((column) => sourceOf(program, column).of))
  const [side] = sides
  return sides.size === 1 && side !== 'event' ? side : undefined
}

/** An input of events that reads the columns of one side: it is stored for every entity. */
const storedColumns = (graph: Builder, program: LoweredProgram, node: Leaf, side: Side, entry: string): Written => {
  const count = (side === 'user' ? program.dataset.users : program.dataset.items).ids.count
  const every = Int32Array.from({ length: count }, (_, index) => index)
  const nobody = new Int32Array(count).fill(-1)
  const events: Events = {
    count,
    user: side === 'user' ? every : nobody,
    item: side === 'item' ? every : nobody,
    columns: new Map(),
  }
  const input = program.inputs.get(node.input)!
  const bound = new Map([[node.input, encodeEvents(input, program.graph.plugins, program.dataset, events)]])
  return writeLeaf(graph, node, storedLeaf(program, node, side, bound), entry)
}

const encodedInput = (
  graph: Builder,
  program: LoweredProgram,
  entry: (side: Side) => string,
  columns: EventColumns,
  node: InputNode,
): Encoded => {
  const encoder = encoders.get(node.type)
  const use = `input "${node.name}": ${operatorName(node.type, program.graph.plugins)}`
  if (!encoder)
    throw refusal(
      `${use} of events cannot be written as ONNX`,
      'inputs of users and items can: their rows are in the model; docs/onnx.md lists those of events',
    )
  const gathered = (
    source: Exclude<ColumnSource, { readonly of: 'event' }>,
    name: string,
    cells: (string | number)[],
  ) => {
    const isText = typeof cells[0] === 'string'
    const data = isText ? (cells as string[]) : Float64Array.from(cells as number[])
    const table = graph.constant(`/${source.of}s/${name}`, isText ? 'string' : 'double', [cells.length], data)
    return graph.node('Gather', [table, entry(source.of)])
  }
  const finite = (cell: unknown) => {
    const value = cell === undefined || String(cell).trim() === '' ? Number.NaN : Number(cell)
    return Number.isFinite(value) ? value : Number.NaN
  }
  const readNumber = (name: string): string => {
    const read = columns.read(name, 'double')
    // ±∞ is missing too
    const infinite = graph.node('IsInf', [read])
    return graph.node('Where', [infinite, graph.scalar('double', Number.NaN), read])
  }
  try {
    return encoder({
      graph,
      node,
      state: program.inputs.get(node.name)!.state,
      text: (name) => {
        const source = sourceOf(program, name)
        if (source.of === 'event') return columns.read(name, 'string')
        return gathered(
          source,
          name,
          cellsOf(source.column).map((cell) => (cell === undefined ? '' : String(cell))),
        )
      },
      number: (name) => {
        const source = sourceOf(program, name)
        if (source.of === 'event') return readNumber(name)
        return gathered(source, name, cellsOf(source.column).map(finite))
      },
      seconds: (name, unit) => {
        const source = sourceOf(program, name)
        if (source.of === 'event') return secondsIn(graph, readNumber(name), unit)
        return gathered(
          source,
          name,
          cellsOf(source.column).map((cell) => secondsOf(cell, unit) ?? Number.NaN),
        )
      },
      array: (name, shape) => columns.readArray(name, shape),
    })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error' || 'reason' in error) throw error
    throw refusal(`${use} of events cannot be written as ONNX: it ${error.message}`, 'docs/onnx.md lists what can')
  }
}

/** The values of a leaf from its encoded input. */
const readEncoded = (graph: Builder, program: LoweredProgram, node: Leaf, encoded: Encoded): Written => {
  if ('numbers' in encoded) return { name: encoded.numbers, shape: node.shape as readonly number[] }
  const { table, combine, masked, name } = node as EmbeddingNode
  const { values, spec, height } = program.tables.get(table)!
  graph.at(`/embeddings/${name}`)
  const rows = graph.constant(`/embeddings/${table}/vectors`, 'float', [height, spec.dim], values)
  if ('rows' in encoded) {
    const read = graph.node('Gather', [rows, encoded.rows])
    return { name: read, shape: [spec.dim] }
  }
  if (masked || !combine)
    throw refusal(`embedding "${name}" reads a list of rows of each event`, 'give it "combine": "mean" or "sum"')
  const sum = graph.node('MatMul', [encoded.counts, rows])
  if (combine === 'sum') return { name: sum, shape: [spec.dim] }
  const count = graph.node('ReduceSum', [encoded.counts, graph.ints([1])])
  const divisor = graph.node('Max', [count, graph.scalar('float', 1)])
  return { name: graph.node('Div', [sum, divisor]), shape: [spec.dim] }
}
