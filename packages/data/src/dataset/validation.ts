import { collectIds } from '../columns/collect.js'
import { streamRows } from '../columns/stream.js'
import { checkDistinct, columnIndex } from '../columns/types.js'
import type { Vocabulary } from '../columns/vocabulary.js'
import type { Database } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import { type Dropped, inEffect } from '../report.js'

/** Reads the users to validate on: each once, ascending. Rows of unknown users are dropped. */
export const readValidationUsers = async (
  database: Database,
  file: DataFile,
  users: Vocabulary,
): Promise<{ readonly value: Int32Array; readonly dropped: readonly Dropped[] }> => {
  const { entry, columns } = file
  checkDistinct(file)
  const named = ['user', 'id'].find((name) => columns.includes(name))
  const user = columnIndex(file, entry.user ?? named ?? 1, 'user')!
  const key = collectIds(1, columns[user]!, users, false)
  await streamRows(database, file, [{ index: user, kind: 'text' }], [key])
  const listed = key.values()
  const known = listed.filter((index) => index >= 0)
  const value = Int32Array.from(new Set(known)).sort()
  return {
    value,
    dropped: inEffect([
      { rule: 'unknown user', rows: listed.length - known.length },
      { rule: 'repeated user', rows: known.length - value.length },
    ]),
  }
}
