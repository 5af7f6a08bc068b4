import type { Column, Entities } from '@recspec/core'
import { collectColumn, collectIds } from '../columns/collect.js'
import { streamRows } from '../columns/stream.js'
import { checkDistinct, columnIndex, detectTypes } from '../columns/types.js'
import type { Vocabulary } from '../columns/vocabulary.js'
import { rulesOf } from '../columns/where.js'
import { DataError } from '../error.js'
import type { Database } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import { type Dropped, inEffect } from '../report.js'

/** The cells of a column in the order of the ids; missing where an id has no row. */
const scatter = (column: Column, at: Int32Array, count: number): Column => {
  if (column.kind === 'text') {
    const codes = new Int32Array(count).fill(-1)
    at.forEach((index, row) => {
      if (index >= 0) codes[index] = column.codes[row]!
    })
    return { ...column, codes }
  }
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((index, row) => {
    if (index >= 0) values[index] = column.values[row]!
  })
  return { kind: 'number', values }
}

/** How many rows repeat an id, and the first such id. */
const duplicates = (at: Int32Array, ids: Vocabulary): { repeated: number; example: string } => {
  const seen = new Uint8Array(ids.count)
  let repeated = 0
  let example = ''
  for (const index of at) {
    if (index < 0) continue
    if (seen[index] === 1 && repeated++ === 0) example = ids.at(index)
    seen[index] = 1
  }
  return { repeated, example }
}

/** Entities that have ids only. */
export const withoutColumns = (ids: Vocabulary): Entities => ({ ids, columns: new Map() })

/**
 * Reads the file of users or items. Unknown ids are added where `addsNew` and the entry does not ask for those with
 * events only, else their cells are left out.
 */
export const readEntities = async (
  database: Database,
  file: DataFile,
  ids: Vocabulary,
  addsNew: boolean,
): Promise<{ readonly value: Entities; readonly dropped: readonly Dropped[] }> => {
  const { entry, columns } = file
  checkDistinct(file)
  const named = ['id', entry.purpose === 'users' ? 'user' : 'item'].find((name) => columns.includes(name))
  const id = columnIndex(file, entry.id ?? named ?? 1, 'id')!
  const name = columnIndex(file, entry.name ?? ['title', 'name'].find((name) => columns.includes(name)), '')
  const others = await detectTypes(database, file, new Set([id]), 1)
  // a name is text even where every name is a number
  const typed = others.map((column) => (column.index === name ? { ...column, kind: 'text' as const } : column))

  const key = collectIds(1, columns[id]!, ids, addsNew && !entry.withEvents)
  const rest = typed.map((column, order) => collectColumn(column, 2 + order))
  const rules = rulesOf(file, entry.where ?? [])
  const filtered = await streamRows(database, file, [{ index: id, kind: 'text' }, ...typed], [key, ...rest], rules)
  const at = key.values()
  const { repeated, example } = duplicates(at, ids)
  if (repeated > 0)
    throw new DataError(
      'duplicate-ids',
      `duplicate id "${example}" in column "${columns[id]}", ${repeated} rows too many`,
      {
        file: entry.path,
        hint: `name the key: "${entry.purpose}": { "id": "…" }`,
      },
    )
  const unknown = entry.withEvents ? at.reduce((sum, index) => sum + (index < 0 ? 1 : 0), 0) : 0
  return {
    value: {
      ids,
      columns: new Map(typed.map(({ name }, order) => [name, scatter(rest[order]!.values(), at, ids.count)])),
      ...(name === undefined || name === id ? {} : { nameColumn: columns[name]! }),
    },
    dropped: [...filtered, ...inEffect([{ rule: 'without events', rows: unknown }])],
  }
}
