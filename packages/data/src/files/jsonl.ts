import { DataError, listNames } from '../error.js'
import { queryRows, sqlString } from './duckdb.js'
import { listSql, numberSql, type OpenFile, timeSql } from './file.js'
import { csvRelation, openTextFile } from './text.js'

/** No line of JSON holds this character, so a line is a row of one column. */
const LINE = { delimiter: '\u0001', quote: '', encoding: 'utf-8', header: false, width: 1 } as const

/** A key as a JSON pointer (RFC 6901), which unlike a JSON path has no wildcards. */
const pointer = (key: string): string => sqlString(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)

/**
 * Opens a file with a JSON object in each line. The keys of the first 20,480 rows are its columns; an array becomes its
 * entries joined by "|".
 */
export const openJsonl: OpenFile = async (database, entry) => {
  const lines = await openTextFile(database, entry.path, { ...LINE, encoding: entry.encoding })
  const from = await csvRelation(database, lines, LINE)
  // json_type throws on a text that is not JSON, and AND promises no order
  const validRow = "coalesce(json_type(CASE WHEN json_valid(c0) THEN c0 END) = 'OBJECT', false)"
  const found = await queryRows(
    database,
    'SELECT key, min(place) FROM (SELECT unnest(json_keys(c0)) AS key, row_number() OVER () AS place ' +
      `FROM (SELECT c0 FROM ${from} WHERE ${validRow} LIMIT 20480)) GROUP BY key ORDER BY min(place)`,
    entry.path,
  )
  const keys = found.map(([key]) => String(key))
  const columns = entry.columns ?? keys
  if (keys.length > 0 && columns.length !== keys.length)
    throw new DataError('columns', `expected ${columns.length} columns, got ${keys.length}: ${listNames(keys)}`, {
      file: entry.path,
      hint: '"columns" renames the keys in their order; leave it out to keep them',
    })
  const cell =
    "CASE WHEN json_type(cell) = 'ARRAY' THEN array_to_string(json_extract_string(cell, '$[*]'), '|') ELSE json_extract_string(cell, '$') END"
  // one list for all keys, so that a line is parsed once
  const cells =
    keys.length === 0
      ? 'NULL::VARCHAR[]'
      : `list_transform(json_extract(CASE WHEN ${validRow} THEN c0 END, [${keys.map(pointer).join(', ')}]), cell -> ${cell})`
  const text = (index: number) => `cells[${index + 1}]`
  return {
    ...lines,
    entry,
    columns,
    relation: `(SELECT ${validRow} AS valid, ${cells} AS cells FROM ${from})`,
    validRow: 'valid',
    text,
    number: (index) => ({ cell: text(index), convert: numberSql }),
    time: (index) => timeSql(text(index)),
    list: (index) => listSql(text(index)),
  }
}
