import type { Cell, Column, Entity, Graph, Model, NewEntity } from '@recspec/core'
import type { Command } from 'commander'
import { failure } from '../exit.js'
import { closest } from './closest.js'

/** The columns of someone or something that the data does not have; a missing cell is undefined. */
export type Description = ReadonlyMap<string, Cell>

/** `--with`. */
export interface WithOption {
  readonly with?: Description
}
export const withDescription = (command: Command, what: string): Command =>
  command.option('--with <json>', `${what} by its columns: '{"age":25}'; columns left out are missing`, parseWith)

const written = 'write an object of columns and values: --with \'{"gender":"F","age":25}\''

/** Reads the object of `--with`: texts, numbers and booleans as a table has them, null where a value is missing. */
export const parseWith = (text: string): Description => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw failure('document', `invalid JSON in --with: ${text.slice(0, 60)}`, written)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw failure('document', `invalid --with ${text.slice(0, 60)}: expected an object`, written)
  return new Map(Object.entries(json).map(([name, value]) => [name, cellOf(name, value)]))
}

const cellOf = (name: string, value: unknown): Cell => {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return String(value)
  if (value === null) return undefined
  throw failure(
    'document',
    `invalid "${name}" in --with: expected one value, got ${Array.isArray(value) ? 'a list' : 'an object'}`,
    'write several values as the cells of the data have them, such as "drama|comedy"',
  )
}

/** The columns that inputs of some entities read; a name in --with that is none of them is refused. */
export const checkDescribed = (described: Description, graph: Graph, entities: readonly Entity[]): void => {
  const read = new Set(
    [...graph.inputs.values()].flatMap(({ entity, columns }) => (entities.includes(entity) ? columns : [])),
  )
  for (const name of described.keys()) {
    if (read.has(name)) continue
    const near = closest(name, read)
    const columns = [...read].map((column) => `"${column}"`).join(', ')
    throw failure(
      'data',
      `unknown column "${name}" in --with: the model reads no such column`,
      near === undefined
        ? `it reads ${columns || `no columns of ${entities.join('s, ')}s`}`
        : `did you mean "${near}"?`,
    )
  }
}

/** A description as the columns of a table with one row. */
export const columnsOf = (described: Description): ReadonlyMap<string, Column> =>
  new Map(
    [...described].map(([name, value]): [string, Column] => [
      name,
      typeof value === 'string'
        ? { kind: 'text', codes: Int32Array.of(0), values: [value] }
        : { kind: 'number', values: Float64Array.of(value ?? Number.NaN) },
    ]),
  )

/** Reads `--with` as the columns of a new user or item; a name that the model does not read is refused. */
export const parseColumns = (
  text: string,
  { graph }: Model,
  side: 'user' | 'item',
): NonNullable<NewEntity['columns']> => {
  const described = parseWith(text)
  checkDescribed(described, graph, [side])
  return Object.fromEntries([...described].map(([name, cell]) => [name, cell ?? null]))
}

/** What `--with` says, as text. */
export const columnsText = (columns: NonNullable<NewEntity['columns']>): string =>
  Object.entries(columns)
    .map(([name, value]) => `${name} ${value ?? 'missing'}`)
    .join(', ') || 'no columns'
