import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import {
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import { DataError } from '../error.js'
import { type Database, openDatabase, sqlString } from '../files/duckdb.js'
import { pathError } from '../files/path.js'

/** A column of a table that is written; `floats` and `integers` are lists of numbers a cell. */
export interface TableColumn {
  readonly name: string
  readonly type: 'text' | 'integer' | 'number' | 'float' | 'floats' | 'integers'
}

/** A cell; null is missing. */
export type TableCell = string | number | ArrayLike<number> | null

/** Some rows of a table: the cells of each column; arrays of integers and floats are written several times faster. */
export type TableBlock = readonly (readonly TableCell[] | Int32Array | Float32Array)[]

const TYPES: Readonly<Record<TableColumn['type'], DuckDBType>> = {
  text: VARCHAR,
  integer: INTEGER,
  number: DOUBLE,
  float: FLOAT,
  floats: LIST(FLOAT),
  integers: LIST(INTEGER),
}

/** What DuckDB is told to write, by the extension of the file. */
const FORMATS: Readonly<Record<string, string>> = {
  '.csv': "FORMAT csv, HEADER true, DELIMITER ','",
  '.tsv': "FORMAT csv, HEADER true, DELIMITER '\t'",
  '.jsonl': 'FORMAT json',
  '.ndjson': 'FORMAT json',
  '.parquet': 'FORMAT parquet',
}

/** The extensions of tables that can be written. */
export const tableExtensions: readonly string[] = Object.keys(FORMATS)

// rows that DuckDB takes at once
const ROWS = 2048

const duckValue = (cell: TableCell): DuckDBValue =>
  typeof cell === 'object' && cell !== null ? listValue(Array.from(cell)) : cell

/** Copies numbers into a column of the same type; all are present. */
const copyNumbers = ({ chunk }: DuckDBDataChunk, column: number, numbers: Int32Array | Float32Array) =>
  duckdb.copy_data_to_vector(
    duckdb.data_chunk_get_vector(chunk, column),
    0,
    numbers.buffer as ArrayBuffer,
    numbers.byteOffset,
    numbers.byteLength,
  )

const append = (
  appender: { appendDataChunk(chunk: DuckDBDataChunk): void },
  types: DuckDBType[],
  block: TableBlock,
) => {
  const rows = block[0]?.length ?? 0
  for (let from = 0; from < rows; from += ROWS) {
    const count = Math.min(ROWS, rows - from)
    const chunk = DuckDBDataChunk.create(types, count)
    for (const [index, cells] of block.entries()) {
      if (Array.isArray(cells)) chunk.setColumnValues(index, cells.slice(from, from + count).map(duckValue))
      // a copy, because DuckDB does not read shared memory
      else copyNumbers(chunk, index, (cells as Int32Array | Float32Array).slice(from, from + count))
    }
    appender.appendDataChunk(chunk)
  }
  return rows
}

const fill = async (database: Database, columns: readonly TableColumn[], blocks: AsyncIterable<TableBlock>) => {
  const types = columns.map(({ type }) => TYPES[type])
  const named = columns.map(({ name }, index) => `"${name.replaceAll('"', '""')}" ${types[index]}`)
  await database.connection.run(`CREATE TABLE written (${named.join(', ')})`)
  const appender = await database.connection.createAppender('written')
  let rows = 0
  for await (const block of blocks) rows += append(appender, types, block)
  appender.closeSync()
  return rows
}

/**
 * Writes a table as CSV, TSV, JSONL or Parquet, by the extension of the path, and resolves to its number of rows. The
 * file is whole or not there: it is written beside, flushed and renamed. Throws a `DataError` for another extension, or
 * where it cannot be written.
 */
export const writeTable = async (
  path: string,
  columns: readonly TableColumn[],
  blocks: AsyncIterable<TableBlock>,
): Promise<number> => {
  const format = FORMATS[extname(path).toLowerCase()]
  if (format === undefined)
    throw new DataError('unknown-format', `unknown extension, expected ${tableExtensions.join(', ')}`, { file: path })
  const database = await openDatabase('512MB')
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    const rows = await fill(database, columns, blocks)
    await database.connection.run(`COPY written TO ${sqlString(temporary)} (${format})`)
    const file = await open(temporary, 'r+')
    await file.sync()
    await file.close()
    await rename(temporary, path)
    return rows
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    if (error instanceof Error && 'syscall' in error) throw pathError(path, error)
    throw error
  } finally {
    await database.close()
  }
}
