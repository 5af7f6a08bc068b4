import type { Events } from '@recspec/core'
import { distinct, fields, place } from './columns.js'
import type { Engine } from './duckdb.js'
import { DataError } from './error.js'
import { gathering } from './gather.js'
import { doubles, integers } from './growing.js'
import { stream, type Verdict } from './rows.js'
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
  const clock = time === undefined ? [] : [source.time(time)]
  const select = [...roles, ...clock, ...others.map(({ index, kind }) => source[kind](index))]

  const users = integers()
  const items = integers()
  const times = doubles()
  const gather = gathering(others, 1 + roles.length + clock.length)
  let count = 0
  await stream(engine, source, select, (block) => {
    const userTexts = paired ? block.texts(1) : undefined
    const itemTexts = paired ? block.texts(2) : undefined
    const moments = time === undefined ? undefined : block.numbers(1 + roles.length)
    const rest = gather.on(block)
    const blank = (texts: typeof userTexts, row: number) =>
      texts !== undefined && (!texts.has(row) || (texts.words[4 * row]! < 12 && texts.at(row).trim() === ''))
    return (row): Verdict => {
      if (blank(userTexts, row)) return { reason: 'empty-id', column: columns[user!]! }
      if (blank(itemTexts, row)) return { reason: 'empty-id', column: columns[item!]! }
      if (moments) {
        const column = columns[time!]!
        if (!moments.has(row)) return { reason: 'missing-time', column }
        const value = moments.values[row]!
        if (!Number.isFinite(value)) return { reason: Number.isNaN(value) ? 'not-a-number' : 'not-finite', column }
      }
      const verdict = rest.check(row)
      if (verdict) return verdict
      if (userTexts && itemTexts) {
        users.push(known.users.code(userTexts, row, known.learns))
        items.push(known.items.code(itemTexts, row, known.learns))
      }
      if (moments) times.push(moments.values[row]!)
      rest.push(row)
      count++
      return undefined
    }
  })
  return {
    count,
    user: paired ? users.take() : new Int32Array(count).fill(-1),
    item: paired ? items.take() : new Int32Array(count).fill(-1),
    ...(time === undefined ? {} : { time: times.take() }),
    columns: gather.take(),
  }
}
