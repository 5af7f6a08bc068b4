import { resolve } from 'node:path'
import { type Cell, type Column, cell, type Model } from '@recspec/core'
import { readEntityTable } from '@recspec/data'
import type { Command } from 'commander'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import { closest } from './closest.js'
import { parseHistory } from './history.js'
import { collect } from './options.js'

/** A condition on the column of an item. */
export interface Predicate {
  readonly text: string
  readonly column: string
  holds(cell: Cell): boolean
}

/** `--only`, `--exclude`, `--where`, `--items`. */
export interface FilterOptions {
  readonly only?: string
  readonly exclude?: string
  readonly where?: readonly Predicate[]
  readonly items?: string
}
export const withFilters = (command: Command): Command =>
  command
    .option('--only <items>', 'choose from these items: "Film 1, Film 2", ids or names')
    .option('--exclude <items>', 'leave these items out')
    .option(
      '--where <condition>',
      "choose from items whose column fits: 'year>=1990', 'genres has Drama' (repeatable)",
      collect(parsePredicate),
    )
    .option('--items <path>', 'a table of items with the columns of --where')

/** Compares a cell as the sign says: as numbers where the other value is one, else as texts. */
const SIGNS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['=', (order: number) => order === 0],
  ['!=', (order: number) => order !== 0],
  ['>=', (order: number) => order >= 0],
  ['<=', (order: number) => order <= 0],
  ['>', (order: number) => order > 0],
  ['<', (order: number) => order < 0],
])

/** Reads `year>=1990` or `genres has Drama`; a missing cell fits only `!=`. */
export const parsePredicate = (text: string): Predicate => {
  const parts = /^\s*([^<>=!]+?)\s*(>=|<=|!=|=|>|<|\shas\s)\s*(.+?)\s*$/.exec(text)
  if (!parts)
    throw failure('document', `invalid --where "${text}"`, "write a column, a sign and a value: --where 'year>=1990'")
  const [, column, sign, value] = parts as unknown as [string, string, string, string]
  if (sign.trim() === 'has') return { text, column, holds: (one) => values(one).includes(value) }
  const number = Number(value)
  const fits = SIGNS.get(sign)!
  return {
    text,
    column,
    holds: (one) => {
      if (one === undefined) return sign === '!='
      if (!Number.isNaN(number)) return fits(Number(one) - number)
      return fits(String(one) < value ? -1 : String(one) > value ? 1 : 0)
    },
  }
}

/** The values of a cell that has several, as a table writes them: with `|` or commas between them. */
const values = (one: Cell): readonly string[] =>
  String(one ?? '')
    .split(/[|,]/)
    .map((part) => part.trim())

/** The items that may be recommended, ascending; undefined without a filter. Throws where none is left. */
export const filteredItems = async (
  host: Host,
  model: Model,
  { only, exclude, where = [], items }: FilterOptions,
): Promise<Int32Array | undefined> => {
  if (items !== undefined && where.length === 0)
    throw failure('document', '--items has the columns of --where', 'give --where, or leave it out')
  if (only === undefined && exclude === undefined && where.length === 0) return undefined
  const listed = (text: string, option: string) =>
    new Set(parseHistory(text, model.items, option).map(({ index }) => index))
  const chosen = only === undefined ? undefined : listed(only, '--only')
  const left = exclude === undefined ? undefined : listed(exclude, '--exclude')
  const read =
    items === undefined ? undefined : await readEntityTable(resolve(host.cwd, items), 'items', model.items.ids)
  const columns = new Map([...columnsOfItems(model), ...(read?.columns ?? [])])
  const conditions = where.map((one) => ({ holds: one.holds, column: columnOf(one, columns) }))
  const found = Int32Array.from({ length: model.items.ids.count }, (_, item) => item).filter(
    (item) =>
      (chosen?.has(item) ?? true) &&
      !left?.has(item) &&
      conditions.every(({ holds, column }) => holds(cell(column, item))),
  )
  if (found.length > 0) return found
  throw failure('data', 'no item is left to recommend', `${model.items.ids.count} items, and none of them fits`)
}

/** The columns of items that the model has; their names are the column `name`. */
const columnsOfItems = ({ items }: Model): ReadonlyMap<string, Column> => {
  const { nameColumn, columns } = items
  const names = nameColumn === undefined ? undefined : columns.get(nameColumn)
  const others = [...columns].filter(([name]) => name !== nameColumn)
  return new Map([...others, ...(names ? [['name', names] as const] : [])])
}

const columnOf = ({ column, text }: Predicate, columns: ReadonlyMap<string, Column>): Column => {
  const found = columns.get(column)
  if (found) return found
  const near = closest(column, columns.keys())
  const names = [...columns.keys()].map((name) => `"${name}"`).join(', ')
  throw failure(
    'data',
    `unknown column "${column}" in --where "${text}"`,
    near === undefined
      ? `${names ? `there are ${names}` : 'the model has no columns of items'}; --items gives a table with more`
      : `did you mean "${near}"?`,
  )
}
