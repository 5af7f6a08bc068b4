import { DataError, listNames } from '../error.js'
import { listSql, numberSql, type OpenFile, timeSql } from './file.js'
import { csvRelation, openTextFile } from './text.js'

/** Opens delimited text: CSV, TSV and files with any other delimiter. */
export const openDelimited: OpenFile = async (database, entry) => {
  const lines = await openTextFile(database, entry.path, {
    ...entry,
    ...(entry.header !== true && entry.columns ? { width: entry.columns.length } : {}),
  })
  const found = lines.header?.names ?? Array.from({ length: lines.width }, (_, index) => `column${index + 1}`)
  const columns = entry.columns ?? found
  if (lines.header && columns.length !== found.length)
    throw new DataError('columns', `expected ${columns.length} columns, got ${found.length}: ${listNames(found)}`, {
      file: entry.path,
      line: lines.header.line,
    })
  const column = (index: number) => `c${index}`
  return {
    ...lines,
    entry,
    columns,
    relation: await csvRelation(database, lines, entry),
    validRow: 'true',
    text: column,
    number: (index) => ({ cell: column(index), convert: numberSql }),
    time: (index) => timeSql(column(index)),
    list: (index) => listSql(column(index)),
  }
}
