import type { Events } from '@recspec/core'
import { distinct, fields, place } from './columns.js'
import type { Engine } from './duckdb.js'
import { DataError } from './error.js'
import { gathered, keys, times } from './gather.js'
import { type Part, stream } from './rows.js'
import type { Source } from './source.js'
import type { Vocabulary } from './vocabulary.js'

/** The users and items that rows are read against; `learns` when new ones are added. */
export interface Known {
  readonly users: Vocabulary
  readonly items: Vocabulary
  readonly learns: boolean
}

/** A number column of events: most of its cells are numbers, and the others are mistakes. */
const MOSTLY = 0.9

const unassigned = ({ columns, table }: Source): DataError => {
  const entry = JSON.stringify({ [table.purpose]: { file: table.path, user: '…', item: '…' } })
  return new DataError('columns-missing', `missing columns "user" and "item", found ${columns.join(', ')}`, {
    file: table.path,
    hint: `write a data document: ${entry}, with "header": false and "columns" where the first line is no header`,
  })
}

/** Reads a file of layout `rows`. A file without user and item has neither: its rows stand for themselves. */
export const readRows = async (engine: Engine, source: Source, known: Known): Promise<Events> => {
  const { table, columns } = source
  distinct(source)
  const user = place(source, table.user, 'user')
  const item = place(source, table.item, 'item')
  const time = place(source, table.time, 'time')
  const paired = user !== undefined && item !== undefined
  if (!paired && (user !== undefined || item !== undefined || columns.some((name) => /user|item/i.test(name))))
    throw unassigned(source)

  const taken = new Set([user, item, time].filter((index) => index !== undefined))
  const others = await fields(engine, source, taken, MOSTLY)
  const roles = paired ? [source.text(user), source.text(item)] : []
  const moment = time === undefined ? [] : [source.time(time)]
  const select = [...roles, ...moment, ...others.map(({ index, kind }) => source[kind](index))]

  const users = paired ? keys(1, columns[user]!, known.users, known.learns) : undefined
  const items = paired ? keys(2, columns[item]!, known.items, known.learns) : undefined
  const clock = time === undefined ? undefined : times(1 + roles.length, columns[time]!)
  const first = select.length - others.length + 1
  const rest = others.map((field, order) => gathered(field, first + order))
  // a row counts once nothing is left to refuse it
  let count = 0
  const counted: Part = {
    check: () => {},
    take: (_, keep) => {
      for (const kept of keep) count += kept
    },
  }
  const parts = [users, items, clock].filter((part) => part !== undefined)
  await stream(engine, source, select, [...parts, ...rest, counted])
  return {
    count,
    user: users?.all() ?? new Int32Array(count).fill(-1),
    item: items?.all() ?? new Int32Array(count).fill(-1),
    ...(clock ? { time: clock.all() } : {}),
    columns: new Map(others.map(({ name }, order) => [name, rest[order]!.all()])),
  }
}
