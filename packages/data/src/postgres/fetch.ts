import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { to } from 'pg-copy-streams'
import type { FileEntry } from '../document/entries.js'
import { DataError } from '../error.js'
import type { Database } from '../files/duckdb.js'
import { type Environment, openTransaction, type Transaction } from './connect.js'
import { queryError } from './problem.js'
import type { CellKind, Query, QueryRows } from './query.js'

/** Object ids of types whose text is not what a file would have. */
const KINDS: ReadonlyMap<number, CellKind> = new Map([
  [16, 'boolean'],
  [1082, 'time'],
  [1114, 'time'],
  [1184, 'time'],
])

/** A query as PostgreSQL declares a cursor for it: nothing but one SELECT without writes is accepted there. */
const DECLARE = 'DECLARE recspec_rows NO SCROLL CURSOR FOR '

const columnsOf = async (client: pg.Client, text: string): Promise<readonly pg.FieldDef[]> => {
  // the extended protocol takes one statement only; `queryMode` is not in the types
  await client.query({ text: DECLARE + text, queryMode: 'extended' } as pg.QueryConfig)
  const { fields } = await client.query('FETCH FORWARD 0 FROM recspec_rows')
  await client.query('CLOSE recspec_rows')
  return fields
}

const arraysOf = async (client: pg.Client, types: readonly number[]): Promise<ReadonlySet<number>> => {
  const sql = "SELECT oid::int8::text AS type FROM pg_catalog.pg_type WHERE typcategory = 'A' AND oid = ANY ($1::oid[])"
  const { rows } = await client.query<{ type: string }>(sql, [[...new Set(types)]])
  return new Set(rows.map(({ type }) => Number(type)))
}

/** Copies the rows of a query as CSV to a file; resolves to the names and kinds of its columns. */
const fetchRows = async (
  { client, passwords }: Transaction,
  { text, connection }: Query,
  file: string,
  path: string,
): Promise<QueryRows> => {
  const place = { file, connection, passwords }
  const fail = (prefix: string) => (error: unknown) => {
    throw queryError(error, { text, prefix }, place)
  }
  const fields = (await columnsOf(client, text).catch(fail(DECLARE))) as readonly pg.FieldDef[]
  if (fields.length === 0) throw new DataError('columns-missing', 'the query has no columns', { file })
  const arrays = await arraysOf(
    client,
    fields.map(({ dataTypeID }) => dataTypeID),
  )
  const cells = fields.map(({ dataTypeID }, index) => {
    const name = `c${index}`
    if (arrays.has(dataTypeID)) return `pg_catalog.array_to_string(${name}, '|')`
    if (dataTypeID === 16) return `${name}::text`
    return name
  })
  // a line of one missing cell would be blank, and no row
  const select = cells.length === 1 ? `coalesce(${cells[0]}::text, '')` : cells.join(', ')
  const prefix = `COPY (SELECT ${select} FROM (`
  const names = fields.map((_, index) => `c${index}`).join(', ')
  const statement = `${prefix}${text.replace(/[\s;]+$/, '')}\n) AS q(${names})) TO STDOUT (FORMAT csv)`
  const rows = client.query(to(statement))
  await pipeline(rows, createWriteStream(path)).catch(fail(prefix))
  if (rows.rowCount === 0)
    throw new DataError('nothing-left', 'the query gives no rows', {
      file,
      hint: 'run it in psql: a condition may never hold, or the user of the connection may see no rows',
    })
  return { path, columns: fields.map(({ name, dataTypeID }) => ({ name, kind: KINDS.get(dataTypeID) ?? 'text' })) }
}

/**
 * Fetches the rows of all entries that have a query, in one read-only transaction for each connection, to files in the
 * temporary folder. Throws a `DataError` without passwords in it.
 */
export const fetchQueries = async (
  database: Database,
  entries: readonly FileEntry[],
  environment: Environment,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, QueryRows>> => {
  const found = new Map<string, QueryRows>()
  const open = new Map<string, Transaction>()
  try {
    for (const { query, path } of entries) {
      if (!query) continue
      const { connection } = query
      const transaction =
        open.get(connection) ?? (await openTransaction(environment, { file: path, connection }, signal))
      open.set(connection, transaction)
      found.set(path, await fetchRows(transaction, query, path, join(database.folder, `query${found.size}.csv`)))
    }
  } finally {
    for (const transaction of open.values()) await transaction.end()
  }
  return found
}
