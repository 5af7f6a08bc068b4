import { join } from 'node:path'
import { columnIndex } from '../columns/types.js'
import { DataError, listNames } from '../error.js'
import type { CellKind } from '../postgres/query.js'
import { excerpt, reject } from '../rejects.js'
import { queryRows, sqlString } from './duckdb.js'
import { type DataFile, listSql, numberSql, type OpenFile, timeSql } from './file.js'
import { csvRelation, openTextFile } from './text.js'

const CSV = { delimiter: ',', quote: '"', encoding: 'utf-8', header: false } as const

const booleanSql = (text: string): string => `CASE ${text} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END::DOUBLE`

/** How a cell becomes a number, as in a Parquet file of the same types. */
const NUMBERS: Readonly<Record<CellKind, (cell: string) => string>> = {
  text: numberSql,
  boolean: booleanSql,
  time: timeSql,
}

let sorted = 0

/**
 * Opens the fetched rows of a query. Rows of SQL have no order, so they are sorted: by time where events have one, then
 * by all columns in their order, as bytes of UTF-8.
 */
export const openPostgres: OpenFile = async (database, entry) => {
  const { path, rows } = entry
  if (!rows) throw new DataError('query', 'the rows of the query were not fetched', { file: path })
  const names = rows.columns.map(({ name }) => name)
  const columns = entry.columns ?? names
  if (columns.length !== names.length)
    throw new DataError('columns', `expected ${columns.length} columns, got ${names.length}: ${listNames(names)}`, {
      file: path,
      hint: '"columns" renames all columns in their order; leave it out to keep the names',
    })
  const lines = await openTextFile(database, rows.path, { ...CSV, width: names.length })
  const cells = names.map((_, index) => `c${index}`)
  const table = sqlString(join(database.folder, `sorted${sorted++}.parquet`))
  const opened = {
    entry,
    columns,
    relation: `read_parquet(${table})`,
    rows: lines.rows,
    wellFormed: lines.wellFormed,
    rejects: {
      ...lines.rejects,
      kept: lines.rejects.kept.map(({ byte: _, ...row }) => ({ ...row, file: path })),
    },
    validRow: 'true',
    text: (index: number) => cells[index]!,
    number: (index: number) => ({ cell: cells[index]!, convert: NUMBERS[rows.columns[index]!.kind] }),
    time: (index: number) => timeSql(cells[index]!),
    list: (index: number) => listSql(cells[index]!),
  }
  const order = [...timeOf({ ...opened, reportRejects: async () => {} }), ...cells.map((cell) => `${cell} NULLS FIRST`)]
  const from = await csvRelation(database, { ...lines, width: names.length }, CSV)
  await queryRows(
    database,
    `COPY (SELECT * FROM ${from} ORDER BY ${order.join(', ')}) TO ${table} (FORMAT parquet)`,
    path,
  )
  return {
    ...opened,
    reportRejects: async (rejected) => {
      if (rejected.length === 0) return
      const wanted = rejected.map(({ row }) => row).join(', ')
      const texts = (await queryRows(
        database,
        `SELECT file_row_number::DOUBLE, concat_ws(',', ${cells.map((cell) => `coalesce(${cell}, '')`).join(', ')}) ` +
          `FROM read_parquet(${table}, file_row_number = true) WHERE file_row_number IN (${wanted})`,
        path,
      )) as [number, string][]
      const raw = new Map(texts)
      for (const { row, reason, column } of rejected)
        reject(opened.rejects, {
          file: path,
          line: row + 1,
          reason,
          raw: excerpt(Buffer.from(raw.get(row) ?? '')),
          ...(column === undefined ? {} : { column }),
        })
    },
  }
}

/** The order by the time of events; nothing where there is none. */
const timeOf = (file: DataFile): readonly string[] => {
  const { entry, columns } = file
  if (entry.purpose !== 'events' && entry.purpose !== 'test') return []
  // the column may be a derived one, which sorts as the column it is derived from
  const known = typeof entry.time === 'string' && !columns.includes(entry.time) ? undefined : entry.time
  const time = columnIndex(file, known, 'time') ?? columnIndex(file, undefined, 'timestamp')
  return time === undefined ? [] : [`${file.time(time)} NULLS FIRST`]
}
