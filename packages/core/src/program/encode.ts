import { blame, callOperator, inputUse, isSentence, type OperatorUse, operatorFault } from '../blame.js'
import type { EncodedValue, InputSource } from '../contract/input.js'
import type { PluginIdentity } from '../contract/plugin.js'
import { type Cell, type Column, cell } from '../dataset/column.js'
import { type Dataset, type Entities, type Events, eventColumn } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import { unknownShare } from '../graph/dropout.js'
import type { InputNode } from '../graph/graph.js'
import { checkRows, checkValues } from './checkrows.js'
import { jsonProblem } from './json.js'

/**
 * The values of an input, encoded once. Entry 0 is unknown, entry i + 1 is the i-th entity (or the i-th event). Rows of
 * entry e are `rows[start[e]] … rows[start[e + 1] − 1]`, with their `weights`; or `size` numbers per entry.
 */
export interface EncodedInput {
  readonly start?: Int32Array
  readonly rows?: Int32Array
  readonly weights?: Float32Array
  readonly numbers?: Float32Array
  readonly size: number
}

/** An input with the state that it learned from data. */
export interface LearnedInput {
  readonly node: InputNode
  readonly state: unknown
  /** Rows of a table that reads it; 0 for numbers. */
  readonly height: number
  /** Absent for interactions, which are encoded when read, and for inputs of events, which are encoded when bound. */
  readonly encoded?: EncodedInput
}

/** The cells that an input reads: per entity, or per event. */
const cellsOf = (
  dataset: Dataset,
  node: InputNode,
): { of: (index: number) => Cell; count: number; training: Iterable<Cell> } => {
  const { events } = dataset
  if (node.entity === 'event') {
    const column = columnOf(events, node)
    return { of: (row) => cell(column, row), count: events.count, training: cells(column, events.count) }
  }
  const entities = node.entity === 'user' ? dataset.users : dataset.items
  const owner = node.entity === 'user' ? events.user : events.item
  const column = entities.columns.get(node.column) ?? perEntity(dataset, node, entities, owner)
  return {
    of: (index) => cell(column, index),
    count: entities.ids.count,
    training: entityCells(column, owner),
  }
}

const columnOf = (events: Events, node: InputNode): Column => {
  const column = eventColumn(events, node.column)
  if (column) return column
  const time = events.time ? [events.timeColumn ?? 'time'] : []
  throw missing(node, [...events.columns.keys(), ...time])
}

/** An event column that is constant per entity, as a column of the entity. */
const perEntity = (dataset: Dataset, node: InputNode, entities: Entities, owner: Int32Array): Column => {
  const column = dataset.events.columns.get(node.column)
  if (!column) throw missing(node, [...entities.columns.keys(), ...dataset.events.columns.keys()])
  const first = new Int32Array(entities.ids.count).fill(-1)
  for (let row = 0; row < owner.length; row++) {
    const index = owner[row]!
    if (index < 0) continue
    if (first[index]! < 0) first[index] = row
    else if (cell(column, row) !== cell(column, first[index]!))
      throw new Failure(
        'data',
        `column "${node.column}" has several values for ${node.entity} "${entities.ids.at(index)}": "${cell(column, first[index]!)}" and "${cell(column, row)}"`,
        `an input of entity "${node.entity}" needs one value each; give a table with --${node.entity}s, or read it with entity "event"`,
      )
  }
  return column.kind === 'text'
    ? { kind: 'text', values: column.values, codes: first.map((row) => (row < 0 ? -1 : column.codes[row]!)) }
    : { kind: 'number', values: Float64Array.from(first, (row) => (row < 0 ? NaN : column.values[row]!)) }
}

const missing = (node: InputNode, columns: readonly string[]) =>
  new Failure(
    'data',
    `missing column "${node.column}", which input "${node.name}" reads`,
    `the data has ${[...new Set(columns)].map((name) => `"${name}"`).join(', ') || 'no such columns'}; name it with "column" in the input${node.entity === 'event' ? '' : `, or give a table with --${node.entity}s`}`,
  )

const noEntities = (node: InputNode, { events }: Dataset) =>
  new Failure(
    'data',
    `no ${node.entity}s in the data, whose ids input "${node.name}" reads`,
    `${events.columns.size > 0 ? `the events have ${[...events.columns.keys()].map((name) => `"${name}"`).join(', ')}; ` : ''}a data document says which column is the ${node.entity}`,
  )

function* cells(column: Column, count: number): Iterable<Cell> {
  for (let row = 0; row < count; row++) yield cell(column, row)
}

function* entityCells(column: Column, owner: Int32Array): Iterable<Cell> {
  for (const index of owner) if (index >= 0) yield cell(column, index)
}

const none: readonly Cell[] = []

/** Learns an input from training data. Encodes entities now, events when bound, interactions when read. */
export const learnInput = (
  node: InputNode,
  plugins: readonly PluginIdentity[],
  dataset: Dataset,
  targetMean: number | undefined,
): LearnedInput => {
  const use = inputUse(plugins, node)
  const { reads } = node.definition
  const entities = node.entity === 'item' ? dataset.items : dataset.users
  const other = node.entity === 'item' ? dataset.users : dataset.items
  if (reads === 'key' && entities.ids.count === 0) throw noEntities(node, dataset)
  const found = reads === 'column' ? cellsOf(dataset, node) : undefined
  const source: InputSource = {
    entity: node.entity,
    count: reads === 'interactions' ? other.ids.count : entities.ids.count,
    all: found ? { [Symbol.iterator]: () => everyCell(found) } : none,
    training: found?.training ?? none,
    ...(targetMean === undefined ? {} : { targetMean }),
    ...(dataset.vectors ? { vectors: dataset.vectors } : {}),
    ...(dataset.tokenizers ? { tokenizers: dataset.tokenizers } : {}),
  }
  const state = learnState(use, node, source)
  const height = heightOf(use, node, state)
  if (reads === 'interactions' || node.entity === 'event') return { node, state, height }
  const value = found ? found.of : keyOf(node, dataset)
  return { node, state, height, encoded: encodeAll(use, { node, state, height }, entities.ids.count, value) }
}

/** The key that an input encodes for an entity: with dropout −1 where it has no training events, whose row is untrained. */
const keyOf = (node: InputNode, { events, users, items }: Dataset): ((index: number) => number) => {
  if (unknownShare(node) === 0) return (index) => index
  const trained = new Uint8Array((node.entity === 'user' ? users : items).ids.count)
  for (const index of node.entity === 'user' ? events.user : events.item) if (index >= 0) trained[index] = 1
  return (index) => (trained[index] ? index : -1)
}

/** The learned state of an input; messages that it throws are prefixed with its name. */
const learnState = (use: OperatorUse, node: InputNode, source: InputSource): unknown => {
  const { definition, params } = node
  try {
    const state = definition.learn(params, source)
    const problem = jsonProblem(state)
    if (problem !== undefined) throw operatorFault(use, `learned a state that JSON cannot represent: state${problem}`)
    return state
  } catch (error) {
    throw isSentence(error) ? new Failure('data', `${sourceOf(node)}: ${error.message}`) : blame(use, error)
  }
}

/** Rows of a table that reads the input, 0 for numbers. */
const heightOf = (use: OperatorUse, { definition, params }: InputNode, state: unknown): number => {
  if (definition.gives === 'numbers') return 0
  const height = callOperator(use, () => definition.height?.(params, state))
  if (Number.isInteger(height) && height! > 0) return height!
  throw operatorFault(use, `returned ${height} from "height", expected the number of rows, 1 or more`)
}

/** The prefix of messages about the data of an input: its name and column. */
const sourceOf = ({ name, column, definition }: InputNode): string =>
  definition.reads === 'column' && column !== name ? `input "${name}", column "${column}"` : `input "${name}"`

function* everyCell(found: { of: (index: number) => Cell; count: number }): Iterator<Cell> {
  for (let index = 0; index < found.count; index++) yield found.of(index)
}

/** An event input encoded without events: entry 0 only. */
export const encodeNone = (input: LearnedInput, plugins: readonly PluginIdentity[]): EncodedInput =>
  encodeAll(inputUse(plugins, input.node), input, 0, () => undefined)

/** Encodes the event column that an input reads. */
export const encodeEvents = (input: LearnedInput, plugins: readonly PluginIdentity[], events: Events): EncodedInput => {
  const column = columnOf(events, input.node)
  return encodeAll(inputUse(plugins, input.node), input, events.count, (row) => cell(column, row))
}

/**
 * A new user, item or event described by its columns, as entry 1 of an encoded input; entry 0 is unknown. Columns that
 * the row leaves out are missing, and so is what the input reads by id. Not for inputs that read interactions.
 */
export const encodeRow = (
  input: LearnedInput,
  plugins: readonly PluginIdentity[],
  row: ReadonlyMap<string, Cell>,
): EncodedInput => {
  const { definition, column } = input.node
  const value = definition.reads === 'key' ? () => -1 : () => row.get(column)
  return encodeAll(inputUse(plugins, input.node), input, 1, value)
}

/** Entry 0 is the unknown entity: index −1 for keys, a missing cell for columns. */
const encodeAll = (
  use: OperatorUse,
  input: Pick<LearnedInput, 'node' | 'state' | 'height'>,
  count: number,
  value: (index: number) => number | Cell,
): EncodedInput => {
  const { definition, params } = input.node
  const valueAt = (entry: number) => (entry > 0 ? value(entry - 1) : definition.reads === 'key' ? -1 : undefined)
  let current = 0
  const encode: Encode = (entry) => {
    current = entry
    return definition.encode(params, input.state, valueAt(entry))
  }
  try {
    return definition.gives === 'numbers'
      ? encodeNumbers(use, input.node, count, encode)
      : encodeRows(use, input, count, encode)
  } catch (error) {
    throw isSentence(error) ? unencodable(input.node, valueAt(current), error) : blame(use, error)
  }
}

/** The Failure for a value that `encode` rejects. */
const unencodable = (node: InputNode, value: Cell, { message }: Error) => {
  const label = `input "${node.name}"`
  if (node.definition.reads !== 'column') return new Failure('data', `${label}: ${message}`)
  const written = value === undefined ? 'a missing value' : `"${String(value).slice(0, 60)}"`
  return new Failure('data', `${label}, column "${node.column}": ${message}, in ${written}`)
}

type Encode = (entry: number) => EncodedValue

const encodeNumbers = (use: OperatorUse, node: InputNode, count: number, encode: Encode): EncodedInput => {
  const size = sizeOf(node)
  const numbers = new Float32Array((count + 1) * size)
  for (let entry = 0; entry <= count; entry++) {
    numbers.set(checkValues(use, encode(entry), size), entry * size)
    for (let k = entry * size; k < (entry + 1) * size; k++)
      if (!Number.isFinite(numbers[k])) throw new Error('has a number beyond the range of float32')
  }
  return { numbers, size }
}

const encodeRows = (
  use: OperatorUse,
  { node, height }: Pick<LearnedInput, 'node' | 'height'>,
  count: number,
  encode: Encode,
): EncodedInput => {
  const start = new Int32Array(count + 2)
  let rows: Int32Array = new Int32Array(count + 1)
  let weights: Float32Array | undefined
  for (let entry = 0; entry <= count; entry++) {
    const encoded = encode(entry)
    const found = checkRows(use, encoded, node.shape, height)
    const from = start[entry]!
    start[entry + 1] = from + found.length
    if (from + found.length > rows.length) rows = grownRows(rows, from + found.length)
    for (let k = 0; k < found.length; k++) rows[from + k] = found[k]!
    if (encoded.values) {
      weights ??= new Float32Array(rows.length).fill(1)
      if (weights.length < rows.length) weights = grownWeights(weights, rows.length)
      for (let k = 0; k < found.length; k++) weights[from + k] = encoded.values[k]!
    }
  }
  const total = start[count + 1]!
  return {
    start,
    rows: rows.slice(0, total),
    ...(weights ? { weights: grownWeights(weights, total).slice(0, total) } : {}),
    size: 0,
  }
}

const grownRows = (rows: Int32Array, atLeast: number) => {
  const larger = new Int32Array(Math.max(atLeast, 2 * rows.length))
  larger.set(rows)
  return larger
}

const grownWeights = (weights: Float32Array, length: number) => {
  if (weights.length >= length) return weights
  const larger = new Float32Array(length).fill(1)
  larger.set(weights)
  return larger
}

/** Numbers per entry of a numbers input. */
export const sizeOf = (node: InputNode): number =>
  node.shape.reduce<number>((size, dim) => {
    if (typeof dim !== 'number') throw new Failure('data', `input "${node.name}" has no known size`)
    return size * dim
  }, 1)
