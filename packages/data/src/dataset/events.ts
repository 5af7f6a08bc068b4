import type { Events } from '@recspec/core'
import { collectColumn, collectIds, collectTimes } from '../columns/collect.js'
import { type ColumnReader, type ColumnRequest, streamRows } from '../columns/stream.js'
import { checkDistinct, checkRoles, columnIndex, detectTypes } from '../columns/types.js'
import type { Vocabulary } from '../columns/vocabulary.js'
import { rulesOf } from '../columns/where.js'
import { DataError, listNames } from '../error.js'
import type { Database } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import type { Dropped } from '../report.js'

/** The ids of users and items; a row adds unknown ones where `addsNew`, else their index is −1. */
export interface KnownIds {
  readonly users: Vocabulary
  readonly items: Vocabulary
  readonly addsNew: boolean
}

/** The share of numbers that makes an event column numeric; rows with other cells are rejected. */
const NUMERIC_SHARE = 0.9

/** The column whose name looks most like that of a role. */
const likely = (columns: readonly string[], ...patterns: readonly RegExp[]): string =>
  patterns.map((pattern) => columns.find((name) => pattern.test(name))).find((name) => name !== undefined) ?? '…'

/** Whether the names of the columns are the cells of a row: numbers, or one cell that another delimiter would cut. */
const looksLikeRow = ({ columns, entry }: DataFile): boolean =>
  entry.columns === undefined &&
  columns.length > 0 &&
  (columns.every((name) => name.trim() !== '' && Number.isFinite(Number(name))) ||
    (columns.length === 1 && /[;\t|].*[;\t|]/.test(columns[0]!)))

const missingRoles = ({ columns, entry }: DataFile): DataError => {
  const user = likely(columns, /user/i, /session|customer|member|visitor/i)
  const others = columns.filter((name) => name !== user)
  const item = likely(others, /item/i, /movie|film|song|track|book|product|article/i)
  const message = `missing columns "user" and "item", found ${listNames(columns)}`
  const [only] = columns
  const delimiter = columns.length === 1 ? [';', '\t', '|'].find((one) => only!.includes(one)) : undefined
  const cells = delimiter ? only!.split(delimiter) : columns
  const isRow = cells.every((name) => Number.isFinite(Number(name)))
  const example = JSON.stringify({
    [entry.purpose]: {
      ...(entry.query ? { query: '…', connection: entry.query.connection } : { file: entry.path }),
      ...(delimiter ? { delimiter } : {}),
      ...(isRow ? { header: false, columns: ['user', 'item', '…'] } : delimiter ? {} : { user, item }),
    },
  })
  return new DataError('columns-missing', message, {
    file: entry.path,
    hint: entry.query
      ? `name the columns: ${example}`
      : `write a data document: ${example}, with "columns" where the first line is not a header`,
  })
}

/** Reads events of layout `rows`. Events of a file without user and item columns have neither: user and item are −1. */
export const readEvents = async (
  database: Database,
  file: DataFile,
  known: KnownIds,
): Promise<{ readonly value: Events; readonly dropped: readonly Dropped[] }> => {
  const { entry, columns } = file
  checkDistinct(file)
  const user = columnIndex(file, entry.user, 'user')
  const item = columnIndex(file, entry.item, 'item')
  const time = columnIndex(file, entry.time, 'time') ?? columnIndex(file, undefined, 'timestamp')
  const paired = user !== undefined && item !== undefined
  const named = columns.some((name) => /user|item/i.test(name))
  if (!paired && (user !== undefined || item !== undefined || named || looksLikeRow(file))) throw missingRoles(file)
  checkRoles(file, { user, item, time })

  const taken = new Set([user, item, time].filter((index) => index !== undefined))
  const others = await detectTypes(database, file, taken, NUMERIC_SHARE)
  const roles: ColumnRequest[] = [
    ...(paired
      ? ([
          { index: user, kind: 'text' },
          { index: item, kind: 'text' },
        ] as const)
      : []),
    ...(time === undefined ? [] : ([{ index: time, kind: 'time' }] as const)),
  ]

  const users = paired ? collectIds(1, columns[user]!, known.users, known.addsNew) : undefined
  const items = paired ? collectIds(2, columns[item]!, known.items, known.addsNew) : undefined
  const times = time === undefined ? undefined : collectTimes(roles.length, columns[time]!)
  const rest = others.map((column, order) => collectColumn(column, 1 + roles.length + order))
  // counts the rows that no reader rejects
  let count = 0
  const counted: ColumnReader = {
    check: () => {},
    append: (_, keep) => {
      for (const kept of keep) count += kept
    },
  }
  const readers = [users, items, times].filter((reader) => reader !== undefined)
  const rules = rulesOf(file, entry.where ?? [])
  const dropped = await streamRows(database, file, [...roles, ...others], [...readers, ...rest, counted], rules)
  if (columns.length === 0 && count > 0)
    throw new DataError('columns-missing', 'no columns: every row is empty', { file: entry.path })
  const value: Events = {
    count,
    user: users?.values() ?? new Int32Array(count).fill(-1),
    item: items?.values() ?? new Int32Array(count).fill(-1),
    ...(times ? { time: times.values(), timeColumn: columns[time!]! } : {}),
    columns: new Map(others.map(({ name }, order) => [name, rest[order]!.values()])),
  }
  return { value, dropped }
}
