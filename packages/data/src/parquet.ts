import { literal, rows } from './duckdb.js'
import { DataError } from './error.js'
import { present } from './lines.js'
import { noRejects, reject } from './reject.js'
import { moment, type Open, parsed } from './source.js'

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT|INTEGER|UINTEGER|FLOAT|DOUBLE|DECIMAL.*|BOOLEAN)$/
const MOMENT = /^(DATE|TIMESTAMP.*)$/

/** Opens a Parquet file; ids are written as its numbers are, a list becomes its entries joined by "|". */
export const openParquet: Open = async (engine, table) => {
  await present(table.path)
  const relation = `read_parquet(${literal(table.path)})`
  const fail = (error: unknown) => {
    throw new DataError('unreadable', `unreadable Parquet file: ${String((error as Error).message).split('\n')[0]}`, {
      file: table.path,
    })
  }
  const described = (await rows(engine, `DESCRIBE SELECT * FROM ${relation}`).catch(fail)) as [string, string][]
  const [[count]] = (await rows(engine, `SELECT count(*)::DOUBLE FROM ${relation}`).catch(fail)) as [[number]]
  const rejects = noRejects()
  const name = (index: number) => `"${described[index]![0].replaceAll('"', '""')}"`
  const type = (index: number) => described[index]![1]
  const text = (index: number) =>
    type(index).endsWith('[]') ? `array_to_string(${name(index)}, '|')` : `CAST(${name(index)} AS VARCHAR)`
  const number = (index: number) => {
    if (MOMENT.test(type(index))) return `epoch(${name(index)})`
    if (!NUMBER.test(type(index))) return parsed(text(index))
    const value = `CAST(${name(index)} AS DOUBLE)`
    return `CASE WHEN ${value} IS NULL OR isfinite(${value}) THEN ${value} ELSE 'inf'::DOUBLE END`
  }
  return {
    table,
    columns: table.columns ?? described.map(([column]) => column),
    relation,
    rows: count,
    sound: count,
    rejects,
    trusted: 'true',
    text,
    number,
    time: (index) => (MOMENT.test(type(index)) || NUMBER.test(type(index)) ? number(index) : moment(text(index))),
    explain: async (refusals) => {
      for (const { row, reason, column } of refusals)
        reject(rejects, { file: table.path, line: row + 1, reason, ...(column === undefined ? {} : { column }) })
    },
  }
}
