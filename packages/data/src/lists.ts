import type { Candidates, Events } from '@recspec/core'
import type { Known } from './events.js'
import { integers } from './growing.js'
import { present } from './lines.js'
import { bytesOf, type Dialect, eachRow } from './records.js'
import { excerpt, type Reason, type Rejects, reject } from './reject.js'
import type { Table } from './table.js'

/** How many lines a file of lists had. */
export interface Listed<T> {
  readonly value: T
  readonly rows: number
}

/** Visits the lines of a file of lists as words; a line that is refused is explained. */
const eachLine = async (
  table: Table,
  rejects: Rejects,
  take: (words: string[]) => Reason | undefined,
): Promise<number> => {
  await present(table.path)
  const dialect: Dialect = { delimiter: table.delimiter, quote: '', encoding: table.encoding }
  let rows = 0
  let header = table.header
  await eachRow(table.path, dialect, (row) => {
    if (header) {
      header = false
      return
    }
    rows++
    const words = row.flaw ? [] : bytesOf(row).toString('utf8').split(table.delimiter)
    while (words.length > 1 && words.at(-1)!.trim() === '') words.pop()
    const reason = row.flaw ?? (words.some((word) => word.trim() === '') ? 'empty-id' : take(words))
    if (reason)
      reject(rejects, { file: table.path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) })
  })
  return rows
}

/** Reads layout `lists`: in each line a user, then the items of its events. */
export const readLists = async (table: Table, rejects: Rejects, known: Known): Promise<Listed<Events>> => {
  const user = integers()
  const item = integers()
  let count = 0
  const code = (ids: Known['users'], id: string) => (known.learns ? ids.add(id) : ids.indexOf(id))
  const rows = await eachLine(table, rejects, ([key, ...words]) => {
    const index = code(known.users, key!)
    user.append(new Int32Array(words.length).fill(index))
    item.append(Int32Array.from(words, (word) => code(known.items, word)))
    count += words.length
    return undefined
  })
  return { rows, value: { count, user: user.take(), item: item.take(), columns: new Map() } }
}

/** Reads layout `candidates`: in each line `(user,item)`, then the items it is compared with. */
export const readCandidates = async (table: Table, rejects: Rejects, known: Known): Promise<Listed<Candidates>> => {
  const user = integers()
  const item = integers()
  const start = integers()
  const lists = integers()
  let listed = 0
  const rows = await eachLine(table, rejects, ([head, ...words]) => {
    const pair = /^\s*\((.+),(.+)\)\s*$/.exec(head!)
    if (!pair) return 'syntax'
    user.append(Int32Array.of(known.users.indexOf(pair[1]!.trim())))
    item.append(Int32Array.of(known.items.indexOf(pair[2]!.trim())))
    start.append(Int32Array.of(listed))
    lists.append(Int32Array.from(words, (word) => known.items.indexOf(word)))
    listed += words.length
    return undefined
  })
  start.append(Int32Array.of(listed))
  return { rows, value: { user: user.take(), item: item.take(), start: start.take(), lists: lists.take() } }
}
