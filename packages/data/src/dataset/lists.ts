import type { Candidates, Events } from '@recspec/core'
import { growableInt32 } from '../columns/growable.js'
import type { FileEntry } from '../document/entries.js'
import { checkFile } from '../files/path.js'
import { bytesOf, type Dialect, scanRows } from '../files/scan.js'
import { excerpt, type Reason, type Rejects, reject } from '../rejects.js'
import type { KnownIds } from './events.js'

/** What a file of lists holds, and how many lines it has. */
export interface ListFile<T> {
  readonly value: T
  readonly rows: number
}

/**
 * Splits every line of a file of lists into words; rejects a line that has a defect or for which `take` gives a reason.
 */
const scanLists = async (
  entry: FileEntry,
  rejects: Rejects,
  take: (words: string[]) => Reason | undefined,
): Promise<number> => {
  await checkFile(entry.path)
  const dialect: Dialect = { delimiter: entry.delimiter, quote: '', encoding: entry.encoding }
  let rows = 0
  let header = entry.header === true
  await scanRows(entry.path, dialect, (row) => {
    if (header) {
      header = false
      return
    }
    rows++
    const words = row.defect ? [] : bytesOf(row).toString('utf8').split(entry.delimiter)
    while (words.length > 1 && words.at(-1)!.trim() === '') words.pop()
    const reason = row.defect ?? (words.some((word) => word.trim() === '') ? 'empty-id' : take(words))
    if (reason)
      reject(rejects, { file: entry.path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) })
  })
  return rows
}

/** Reads layout `lists`: in each line a user, then the items of its events. */
export const readLists = async (entry: FileEntry, rejects: Rejects, known: KnownIds): Promise<ListFile<Events>> => {
  const user = growableInt32()
  const item = growableInt32()
  let count = 0
  const code = (ids: KnownIds['users'], id: string) => (known.addsNew ? ids.add(id) : ids.indexOf(id))
  const rows = await scanLists(entry, rejects, ([key, ...words]) => {
    const index = code(known.users, key!)
    user.append(new Int32Array(words.length).fill(index))
    item.append(Int32Array.from(words, (word) => code(known.items, word)))
    count += words.length
    return undefined
  })
  return { rows, value: { count, user: user.take(), item: item.take(), columns: new Map() } }
}

/** Reads layout `candidates`: in each line `(user,item)`, then the items it is compared with. */
export const readCandidates = async (
  entry: FileEntry,
  rejects: Rejects,
  known: KnownIds,
): Promise<ListFile<Candidates>> => {
  const user = growableInt32()
  const item = growableInt32()
  const start = growableInt32()
  const lists = growableInt32()
  let listed = 0
  const rows = await scanLists(entry, rejects, ([head, ...words]) => {
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
