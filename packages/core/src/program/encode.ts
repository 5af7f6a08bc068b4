import { blame, callOperator, inputUse, isSentence, type OperatorUse, operatorFault } from '../blame.js'
import type { EncodedValue, InputSource, InputValue } from '../contract/input.js'
import type { PluginIdentity } from '../contract/plugin.js'
import { type Cell, type Column, cell } from '../dataset/column.js'
import { type Dataset, type Entities, type Events, eventColumn } from '../dataset/dataset.js'
import type { Ids } from '../dataset/ids.js'
import { Failure } from '../failure.js'
import { unknownShare } from '../graph/dropout.js'
import type { InputNode } from '../graph/graph.js'
import { checkRows, checkValues } from './checkrows.js'
import { jsonProblem } from './json.js'
import { coverageOf, vectorsNamed } from './pretrained.js'

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
  /** How many of its values pretrained vectors have, as a line for whoever trains. */
  readonly note?: string
}

/** What an input reads of one entity or event: a cell, or the cells of several columns. */
type Cells = Cell | readonly Cell[]

/** The tables of users and items, which inputs of events may read too. */
type Tables = Pick<Dataset, 'users' | 'items'>

/** The cells that an input reads, by the index of its entity or event. */
const cellsOf = (
  dataset: Dataset,
  node: InputNode,
): { of: (index: number) => Cells; count: number; training: Iterable<Cells> } => {
  const { events } = dataset
  if (node.entity === 'event') {
    const of = eventCells(node, dataset, events)
    return { of, count: events.count, training: { [Symbol.iterator]: () => every(of, events.count) } }
  }
  const entities = node.entity === 'user' ? dataset.users : dataset.items
  const owner = node.entity === 'user' ? events.user : events.item
  const of = cellsFrom(
    node,
    node.columns.map((name) => {
      const column = entities.columns.get(name) ?? perEntity(dataset, node, name, entities, owner)
      return (index) => cell(column, index)
    }),
  )
  return { of, count: entities.ids.count, training: { [Symbol.iterator]: () => ownerCells(of, owner) } }
}

/** The cell of the only column, or the cells of all. */
const cellsFrom = (node: InputNode, columns: readonly ((index: number) => Cell)[]): ((index: number) => Cells) =>
  node.definition.reads === 'column' ? columns[0]! : (index) => columns.map((of) => of(index))

/** The cells that an input of events reads: columns of the events, else of their items or users. */
const eventCells = (node: InputNode, { users, items }: Tables, events: Events): ((row: number) => Cells) =>
  cellsFrom(
    node,
    node.columns.map((name) => {
      const own = eventColumn(events, name)
      if (own) return (row) => cell(own, row)
      const found = [items.columns.get(name), users.columns.get(name)]
      if (found[0] && found[1])
        throw new Failure(
          'data',
          `column "${name}", which input "${node.name}" reads, is in the tables of users and of items`,
          'rename one of the two in the data document',
        )
      const [column, owner] = found[0] ? [found[0], events.item] : [found[1], events.user]
      if (!column) throw missing(node, name, columnNames(events, users, items))
      return (row) => (owner[row]! < 0 ? undefined : cell(column, owner[row]!))
    }),
  )

const columnNames = (events: Events, ...tables: readonly Entities[]): readonly string[] => [
  ...events.columns.keys(),
  ...(events.time ? [events.timeColumn ?? 'time'] : []),
  ...tables.flatMap(({ columns }) => [...columns.keys()]),
]

/** An event column that is constant per entity, as a column of the entity. */
const perEntity = (dataset: Dataset, node: InputNode, name: string, entities: Entities, owner: Int32Array): Column => {
  const column = dataset.events.columns.get(name)
  if (!column) throw missing(node, name, [...entities.columns.keys(), ...dataset.events.columns.keys()])
  const first = new Int32Array(entities.ids.count).fill(-1)
  for (let row = 0; row < owner.length; row++) {
    const index = owner[row]!
    if (index < 0) continue
    if (first[index]! < 0) first[index] = row
    else if (cell(column, row) !== cell(column, first[index]!))
      throw new Failure(
        'data',
        `column "${name}" has several values for ${node.entity} "${entities.ids.at(index)}": "${cell(column, first[index]!)}" and "${cell(column, row)}"`,
        `an input of entity "${node.entity}" needs one value each; give a table with --${node.entity}s, or read it with entity "event"`,
      )
  }
  return column.kind === 'text'
    ? { kind: 'text', values: column.values, codes: first.map((row) => (row < 0 ? -1 : column.codes[row]!)) }
    : { kind: 'number', values: Float64Array.from(first, (row) => (row < 0 ? NaN : column.values[row]!)) }
}

const missing = (node: InputNode, name: string, columns: readonly string[]) => {
  const property = node.definition.reads === 'column' ? 'column' : 'columns'
  return new Failure(
    'data',
    `missing column "${name}", which input "${node.name}" reads`,
    `the data has ${[...new Set(columns)].map((one) => `"${one}"`).join(', ') || 'no such columns'}; name it with "${property}" in the input${node.entity === 'event' ? '' : `, or give a table with --${node.entity}s`}`,
  )
}

const noEntities = (node: InputNode, { events }: Dataset) =>
  new Failure(
    'data',
    `no ${node.entity}s in the data, whose ids input "${node.name}" reads`,
    `${events.columns.size > 0 ? `the events have ${[...events.columns.keys()].map((name) => `"${name}"`).join(', ')}; ` : ''}a data document says which column is the ${node.entity}`,
  )

function* every(of: (index: number) => Cells, count: number): Iterator<Cells> {
  for (let index = 0; index < count; index++) yield of(index)
}

/** The cells of the entity of each event. */
function* ownerCells(of: (index: number) => Cells, owner: Int32Array): Iterator<Cells> {
  for (const index of owner) if (index >= 0) yield of(index)
}

const none: readonly Cells[] = []

/** Whether an input reads keys: its entities' indices, or the vectors of their ids. */
const readsIds = ({ definition: { reads } }: InputNode): boolean => reads === 'key' || reads === 'vector'

const lastTime = ({ time }: Events): number | undefined => time?.reduce((last, one) => Math.max(last, one), -Infinity)

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
  if (readsIds(node) && entities.ids.count === 0) throw noEntities(node, dataset)
  const ofEvents = node.of?.entity === 'event'
  const found = node.columns.length > 0 ? cellsOf(dataset, node) : undefined
  const last = lastTime(dataset.events)
  const source: InputSource<never> = {
    entity: node.entity,
    count: reads !== 'interactions' ? entities.ids.count : ofEvents ? dataset.events.count : other.ids.count,
    all: (found ? { [Symbol.iterator]: () => every(found.of, found.count) } : none) as Iterable<never>,
    training: (found?.training ?? none) as Iterable<never>,
    columns: node.columns,
    ...(last !== undefined && Number.isFinite(last) ? { lastTime: last } : {}),
    ...(targetMean === undefined ? {} : { targetMean }),
    ...(dataset.vectors ? { vectors: dataset.vectors } : {}),
    ...(dataset.tokenizers ? { tokenizers: dataset.tokenizers } : {}),
  }
  const state = learnState(use, node, source)
  const height = heightOf(use, node, state)
  if (reads === 'interactions' || node.entity === 'event') return { node, state, height }
  const learned = { node, state, height }
  if (reads === 'vector') return { ...learned, ...encodeVectors(use, learned, dataset, entities.ids) }
  const value = found ? found.of : keyOf(node, dataset)
  return { ...learned, encoded: encodeAll(use, learned, entities.ids.count, value) }
}

/** Encodes the pretrained vectors of ids. */
const encodeVectors = (
  use: OperatorUse,
  input: Pick<LearnedInput, 'node' | 'state' | 'height'>,
  dataset: Dataset,
  ids: Ids,
): Pick<LearnedInput, 'encoded' | 'note'> => {
  const { name, vectors: from, entity } = input.node
  const vectors = vectorsNamed(dataset, from!, `input "${name}"`)
  const { dim, values, source } = vectors
  let found = 0
  const vectorOf = (index: number) => {
    const place = vectors.ids.indexOf(ids.at(index))
    if (place < 0) return undefined
    found++
    return values.subarray(place * dim, (place + 1) * dim)
  }
  const place = (entry: number) => `, in the vector of "${ids.at(entry - 1)}" in ${source}`
  const encoded = encodeAll(use, input, ids.count, vectorOf, place)
  const count = { found, count: ids.count, what: `${entity}s`, example: ids.at(0) }
  return { encoded, note: coverageOf(from!, vectors, count) }
}

/** Inputs in which a history of another input has the height of that one. */
export const withHeights = (inputs: ReadonlyMap<string, LearnedInput>): ReadonlyMap<string, LearnedInput> =>
  new Map(
    [...inputs].map(([name, input]) => {
      const { of } = input.node
      return [name, of ? { ...input, height: inputs.get(of.name)!.height } : input]
    }),
  )

/** The key that an input encodes for an entity: with dropout −1 where it has no training events, whose row is untrained. */
const keyOf = (node: InputNode, { events, users, items }: Dataset): ((index: number) => number) => {
  if (unknownShare(node) === 0) return (index) => index
  const trained = new Uint8Array((node.entity === 'user' ? users : items).ids.count)
  for (const index of node.entity === 'user' ? events.user : events.item) if (index >= 0) trained[index] = 1
  return (index) => (trained[index] ? index : -1)
}

/** The learned state of an input; messages that it throws are prefixed with its name. */
const learnState = (use: OperatorUse, node: InputNode, source: InputSource<never>): unknown => {
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
const sourceOf = ({ name, columns }: InputNode): string =>
  columns.length === 1 && columns[0] !== name ? `input "${name}", column "${columns[0]}"` : `input "${name}"`

/** An event input encoded without events: entry 0 only. */
export const encodeNone = (input: LearnedInput, plugins: readonly PluginIdentity[]): EncodedInput =>
  encodeAll(inputUse(plugins, input.node), input, 0, () => undefined)

/** Encodes the columns of events, or of their users and items, that an input of events reads. */
export const encodeEvents = (
  input: LearnedInput,
  plugins: readonly PluginIdentity[],
  tables: Tables,
  events: Events,
): EncodedInput => encodeAll(inputUse(plugins, input.node), input, events.count, eventCells(input.node, tables, events))

/**
 * A new user, item or event described by its columns, as entry 1 of an encoded input; entry 0 is unknown. Columns that
 * the row leaves out are missing, and so is what the input reads by id. Not for inputs that read interactions.
 */
export const encodeRow = (
  input: LearnedInput,
  plugins: readonly PluginIdentity[],
  row: ReadonlyMap<string, Cell>,
): EncodedInput => {
  const of = cellsFrom(
    input.node,
    input.node.columns.map((name) => () => row.get(name)),
  )
  const value = readsIds(input.node) ? () => unread(input.node) : of
  return encodeAll(inputUse(plugins, input.node), input, 1, value)
}

/** What an input reads of an unknown entity. */
const unread = ({ definition, columns }: InputNode): EncodableValue =>
  definition.reads === 'key' ? -1 : definition.reads === 'columns' ? columns.map(() => undefined) : undefined

/** A value that is encoded on its own: all but interactions. */
type EncodableValue = InputValue[Exclude<keyof InputValue, 'interactions'>]

/** Entry 0 is the unknown entity: index −1 for keys, missing cells for columns. */
const encodeAll = (
  use: OperatorUse,
  input: Pick<LearnedInput, 'node' | 'state' | 'height'>,
  count: number,
  value: (index: number) => EncodableValue,
  place?: (entry: number) => string,
): EncodedInput => {
  const { definition, params } = input.node
  const unknown = unread(input.node)
  const valueAt = (entry: number) => (entry > 0 ? value(entry - 1) : unknown)
  let current = 0
  const encode: Encode = (entry) => {
    current = entry
    return definition.encode(params, input.state, valueAt(entry) as never)
  }
  try {
    return definition.gives === 'numbers'
      ? encodeNumbers(use, input.node, count, encode)
      : encodeRows(use, input, count, encode)
  } catch (error) {
    if (!isSentence(error)) throw blame(use, error)
    const where = place?.(current) ?? placeOf(input.node, valueAt(current))
    throw new Failure('data', `${readsOf(input.node)}: ${error.message}${where}`)
  }
}

/** An input and the columns it reads, as messages about its values begin. */
const readsOf = ({ name, columns }: InputNode): string => {
  if (columns.length === 0) return `input "${name}"`
  if (columns.length === 1) return `input "${name}", column "${columns[0]}"`
  return `input "${name}", columns ${columns.map((column) => `"${column}"`).join(', ')}`
}

/** How messages about a value of columns end. */
const placeOf = ({ columns }: InputNode, value: EncodableValue): string =>
  columns.length === 0 ? '' : `, in ${written(value)}`

const written = (value: EncodableValue): string => {
  if (value === undefined) return 'a missing value'
  if (typeof value === 'object') return `[${Array.from(value as readonly Cell[], written).join(', ')}]`
  return `"${String(value).slice(0, 60)}"`
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
