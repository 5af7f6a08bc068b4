import { DataError, listNames } from '../error.js'
import { noRejects, reject } from '../rejects.js'
import { queryRows } from './duckdb.js'
import { listSql, type NumberSql, numberSql, type OpenFile, timeSql } from './file.js'
import { checkFile, sqlPath } from './path.js'

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT|INTEGER|UINTEGER|FLOAT|DOUBLE|DECIMAL.*|BOOLEAN)$/
const LIST = /\[\d*\]$/
const TIME = /^(DATE|TIMESTAMP.*)$/

const asIs = (cell: string): string => cell
const finite = (cell: string): string =>
  `CASE WHEN ${cell} IS NULL OR isfinite(${cell}) THEN ${cell} ELSE 'inf'::DOUBLE END`

/** Opens a Parquet file; ids are written as its numbers are, a list becomes its entries joined by "|". */
export const openParquet: OpenFile = async (database, entry) => {
  await checkFile(entry.path)
  // a folder called `year=2020` adds no column
  const relation = `read_parquet(${await sqlPath(database, entry.path)}, hive_partitioning = false)`
  const described = (await queryRows(database, `DESCRIBE SELECT * FROM ${relation}`, entry.path)) as [string, string][]
  const found = described.map(([column]) => column)
  const columns = entry.columns ?? found
  if (columns.length !== found.length)
    throw new DataError('columns', `expected ${columns.length} columns, got ${found.length}: ${listNames(found)}`, {
      file: entry.path,
      hint: '"columns" renames all columns in their order; leave it out to keep the names',
    })
  const [[count]] = (await queryRows(database, `SELECT count(*)::DOUBLE FROM ${relation}`, entry.path)) as [[number]]
  const rejects = noRejects()
  const name = (index: number) => `"${described[index]![0].replaceAll('"', '""')}"`
  const type = (index: number) => described[index]![1]
  const text = (index: number) =>
    LIST.test(type(index)) ? `array_to_string(${name(index)}::VARCHAR[], '|')` : `CAST(${name(index)} AS VARCHAR)`
  const number = (index: number): NumberSql => {
    if (TIME.test(type(index))) return { cell: `epoch(${name(index)})`, convert: asIs }
    if (NUMBER.test(type(index))) return { cell: `CAST(${name(index)} AS DOUBLE)`, convert: finite }
    return { cell: text(index), convert: numberSql }
  }
  return {
    entry,
    columns,
    relation,
    rows: count,
    wellFormed: count,
    rejects,
    validRow: 'true',
    text,
    number,
    time: (index) => {
      const { cell, convert } = number(index)
      return convert === numberSql ? timeSql(cell) : convert(cell)
    },
    list: (index) => {
      if (LIST.test(type(index)))
        return /^(FLOAT|DOUBLE|U?(TINY|SMALL|BIG)?INT(EGER)?)\[/.test(type(index))
          ? `CAST(${name(index)} AS DOUBLE[])`
          : `list_transform(${name(index)}::VARCHAR[], x -> coalesce(try_cast(x AS DOUBLE), 'nan'::DOUBLE))`
      if (NUMBER.test(type(index))) return `[${name(index)}::DOUBLE]`
      return listSql(text(index))
    },
    reportRejects: async (rows) => {
      for (const { row, reason, column } of rows)
        reject(rejects, { file: entry.path, line: row + 1, reason, ...(column === undefined ? {} : { column }) })
    },
  }
}
