import type { FileEntry } from '../document/entries.js'
import type { Reason, Rejects } from '../rejects.js'
import type { Database } from './duckdb.js'

/** A row of a file's relation that a column reader rejected, counted from 0 among the rows of the relation. */
export interface RejectedRow {
  readonly row: number
  readonly reason: Reason
  readonly column?: string
}

/** A cell as SQL, and the SQL that makes a DOUBLE of such a cell by the rules of `numberSql`. */
export interface NumberSql {
  readonly cell: string
  readonly convert: (cell: string) => string
}

/** A file opened as a DuckDB relation. Rows that the relation cannot hold are among the rejects already. */
export interface DataFile {
  readonly entry: FileEntry
  readonly columns: readonly string[]
  /** The SQL after FROM. */
  readonly relation: string
  /** Rows of the file, without blank lines and the header. */
  readonly rows: number
  /** Rows of the relation: `rows` without the rejects of opening. */
  readonly wellFormed: number
  readonly rejects: Rejects
  /** An SQL condition, false for a row of the relation that has no columns (`syntax`). */
  readonly validRow: string
  /** A column as text, NULL where it is empty. */
  text(column: number): string
  number(column: number): NumberSql
  time(column: number): string
  /** A column of lists as DOUBLE[], NULL where it is empty; what is no number is NaN. */
  list(column: number): string
  /** Adds rejected rows of the relation to `rejects`, with their lines and texts. */
  reportRejects(rows: readonly RejectedRow[]): Promise<void>
}

/** Opens files of one format; throws a `DataError` where the file cannot be read. */
export type OpenFile = (database: Database, entry: FileEntry) => Promise<DataFile>

/** SQL that reads text as a list of numbers: "0.5|1", "0.5 1", "[0.5, 1]". */
export const listSql = (text: string): string =>
  `list_transform(regexp_extract_all(${text}, '[^\\s,;|\\[\\]()]+'), x -> coalesce(try_cast(x AS DOUBLE), 'nan'::DOUBLE))`

/**
 * SQL that reads text as a number: NULL where it is empty, NaN where it is not a number, infinite where it is NaN or
 * infinite.
 */
export const numberSql = (text: string, value = `try_cast(${text} AS DOUBLE)`): string =>
  `CASE WHEN ${text} IS NULL OR trim(${text}) = '' THEN NULL WHEN ${value} IS NULL THEN 'nan'::DOUBLE ` +
  `WHEN isfinite(${value}) THEN ${value} ELSE 'inf'::DOUBLE END`

/** SQL that reads text as a time by the same rules: a number, or a date and time, which becomes seconds since 1970. */
export const timeSql = (text: string): string =>
  numberSql(text, `coalesce(try_cast(${text} AS DOUBLE), epoch(try_cast(${text} AS TIMESTAMP)))`)
