import { DataError } from '../error.js'
import { type Block, type Database, streamBlocks } from '../files/duckdb.js'
import type { DataFile, RejectedRow } from '../files/file.js'
import { MAX_KEPT, type Reason } from '../rejects.js'
import { type Dropped, inEffect } from '../report.js'
import type { Rule } from './where.js'

/** The rows of a block that are still accepted: 1 in `keep`; `reject` makes it 0. */
export interface Selection {
  readonly keep: Uint8Array
  reject(row: number, reason: Reason, column?: string): void
}

/** Reads one column of every block: first all readers check the rows, then each appends the rows that all accept. */
export interface ColumnReader {
  check(block: Block, selection: Selection): void
  append(block: Block, keep: Uint8Array): void
}

/** A column of a file, and as what it is read. */
export interface ColumnRequest {
  readonly index: number
  readonly kind: 'text' | 'number' | 'time'
}

/** From how many number columns on they are converted as a list. */
const MANY = 32

/**
 * The SQL of the numbers of some columns, and the relation it is for. DuckDB plans an expression a column in time that
 * is quadratic in their number; many columns therefore become one list with one expression.
 */
export const numberColumns = (
  file: DataFile,
  indices: readonly number[],
  relation = file.relation,
): { readonly relation: string; readonly numbers: readonly string[] } => {
  const columns = indices.map((index) => file.number(index))
  if (columns.length <= MANY) return { relation, numbers: columns.map(({ cell, convert }) => convert(cell)) }
  const conversions = [...new Set(columns.map(({ convert }) => convert))]
  const cells = conversions.map((convert) => columns.filter((column) => column.convert === convert))
  const lists = conversions.map(
    (convert, list) =>
      `list_transform([${cells[list]!.map(({ cell }) => cell).join(', ')}], x -> ${convert('x')}) AS numbers${list}`,
  )
  const next = conversions.map(() => 0)
  return {
    relation: `(SELECT *, ${lists.join(', ')} FROM ${relation})`,
    numbers: columns.map(({ convert }) => {
      const list = conversions.indexOf(convert)
      next[list]!++
      return `numbers${list}[${next[list]}]`
    }),
  }
}

/**
 * Streams columns of a file through readers. Column 0 of a block says whether the row is valid, those asked for follow
 * from 1. Well-formed rows that fail a rule are dropped, and counted at the first rule they fail.
 */
export const streamRows = async (
  database: Database,
  file: DataFile,
  requests: readonly ColumnRequest[],
  readers: readonly ColumnReader[],
  rules: readonly Rule[] = [],
): Promise<readonly Dropped[]> => {
  const { rejects, wellFormed, entry, validRow } = file
  const rejected: RejectedRow[] = []
  let before = 0
  const selectionOf = (count: number): Selection => {
    const keep = new Uint8Array(count).fill(1)
    return {
      keep,
      reject: (row, reason, column) => {
        if (keep[row] === 0) return
        keep[row] = 0
        if (rejected.length < MAX_KEPT)
          rejected.push({ row: before + row, reason, ...(column === undefined ? {} : { column }) })
        else rejects.counts.set(reason, (rejects.counts.get(reason) ?? 0) + 1)
      },
    }
  }
  const { relation, numbers } = numberColumns(
    file,
    requests.filter(({ kind }) => kind === 'number').map(({ index }) => index),
  )
  let number = 0
  const select = requests.map(({ kind, index }) => (kind === 'number' ? numbers[number++]! : file[kind](index)))
  const valid = `CASE WHEN ${validRow} THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END`
  const holds = rules.map(({ sql }) => `CASE WHEN ${sql} THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END`)
  const failed = rules.map(() => 0)
  const sql = `SELECT ${[valid, ...select, ...holds].join(', ')} FROM ${relation}`
  for await (const block of streamBlocks(database, sql, entry.path)) {
    const selection = selectionOf(block.count)
    const isValid = block.numbers(0).values
    for (let row = 0; row < block.count; row++) if (isValid[row] === 0) selection.reject(row, 'syntax')
    for (const reader of readers) reader.check(block, selection)
    for (const rule of rules.keys()) {
      const { values } = block.numbers(1 + requests.length + rule)
      for (let row = 0; row < block.count; row++)
        if (selection.keep[row] === 1 && values[row] === 0) {
          selection.keep[row] = 0
          failed[rule]!++
        }
    }
    for (const reader of readers) reader.append(block, selection.keep)
    before += block.count
  }
  if (before !== wellFormed)
    throw new DataError('unreadable', `expected ${wellFormed} rows, DuckDB read ${before}`, { file: entry.path })
  await file.reportRejects(rejected)
  return inEffect(rules.map(({ words }, rule) => ({ rule: `where ${words}`, rows: failed[rule]! })))
}
