import { type Cell, type Column, cell, type LoweredProgram } from '@recspec/core'
import type { Builder } from '../builder.js'
import type { ElementType } from '../proto.js'
import { refusal } from '../refusal.js'
import type { Side } from '../sides.js'

/** The inputs of a graph that are columns of events, each one value per pair. */
export interface EventColumns {
  /** The graph's input for a column: texts, where '' is missing, or doubles, where NaN is. */
  read(name: string, type: 'string' | 'double'): string
  /** The graph's input for a column whose cells have several numbers. */
  readArray(name: string, shape: readonly number[]): string
}

const ABOUT: Readonly<Partial<Record<ElementType, string>>> = {
  string: 'as text; an empty text is missing',
  double: 'a number; NaN is missing',
  float: 'numbers; zeros where they are missing',
}

/** Names that inputs and outputs of every graph have. */
const TAKEN: ReadonlySet<string> = new Set(['user', 'item', 'score', 'vector'])

const kindOf = (type: ElementType): string => (type === 'string' ? 'text' : type === 'double' ? 'a number' : 'an array')

/** Columns of events as inputs of a graph. */
export const eventColumns = (graph: Builder): EventColumns => {
  const found = new Map<string, { readonly input: string; readonly type: ElementType }>()
  const add = (name: string, type: ElementType, shape: readonly number[]): string => {
    const known = found.get(name)
    if (known && known.type !== type)
      throw refusal(
        `column "${name}" of events is read as ${kindOf(known.type)} and as ${kindOf(type)}`,
        'an input of a graph of ONNX has one type: give the document two columns',
      )
    if (known) return known.input
    const input = TAKEN.has(name) || name.startsWith('/') ? `event.${name}` : name
    graph.input({
      name: input,
      type,
      dims: ['batch', ...shape],
      about: `column "${name}" of each event, ${ABOUT[type]}`,
    })
    found.set(name, { input, type })
    return input
  }
  return {
    read: (name, type) => add(name, type, []),
    readArray: (name, shape) => add(name, 'float', shape),
  }
}

/** Where the cells of a column that an input of events reads come from: an event, or the table of a side. */
export type ColumnSource = { readonly of: 'event' } | { readonly of: Side; readonly column: Column }

/** The source of a column: the events, else the tables of items and of users. */
export const sourceOf = ({ dataset }: LoweredProgram, name: string): ColumnSource => {
  if (dataset.events.columns.has(name)) return { of: 'event' }
  const item = dataset.items.columns.get(name)
  if (item) return { of: 'item', column: item }
  const user = dataset.users.columns.get(name)
  return user ? { of: 'user', column: user } : { of: 'event' }
}

/** The cells of a column of a side, the unknown entity's first. */
export const cellsOf = (column: Column): readonly Cell[] => {
  const count = column.kind === 'text' ? column.codes.length : column.values.length
  return [undefined, ...Array.from({ length: count }, (_, row) => cell(column, row))]
}
