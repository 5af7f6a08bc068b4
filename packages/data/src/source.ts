import type { Engine } from './duckdb.js'
import type { Reason, Rejects } from './reject.js'
import type { Table } from './table.js'

/** A row that was read and then refused, by its place among the rows of the relation. */
export interface Refusal {
  readonly row: number
  readonly reason: Reason
  readonly column?: string
}

/** A file opened as a relation of the engine; rows it cannot hold are already among the rejects. */
export interface Source {
  readonly table: Table
  readonly columns: readonly string[]
  /** What stands after FROM. */
  readonly relation: string
  /** Rows of the file, blank lines and header aside, and how many of them the relation has. */
  readonly rows: number
  readonly sound: number
  readonly rejects: Rejects
  /** False for a row whose columns cannot be trusted. */
  readonly trusted: string
  /** A column as text; NULL where it is empty. */
  text(column: number): string
  /** A column as DOUBLE: NULL where it is empty, NaN where it is no number, infinite where it is not finite. */
  number(column: number): string
  time(column: number): string
  /** Adds refused rows to the rejects, with their lines and texts. */
  explain(refusals: readonly Refusal[]): Promise<void>
}

/** Opens one kind of file. */
export type Open = (engine: Engine, table: Table) => Promise<Source>

/** The SQL that reads text as a number, by the rules of `Source.number`. */
export const parsed = (text: string, value = `try_cast(${text} AS DOUBLE)`): string =>
  `CASE WHEN ${text} IS NULL OR trim(${text}) = '' THEN NULL WHEN ${value} IS NULL THEN 'nan'::DOUBLE ` +
  `WHEN isfinite(${value}) THEN ${value} ELSE 'inf'::DOUBLE END`

/** The same for a moment: a number, or a date and time, which becomes seconds since 1970. */
export const moment = (text: string): string =>
  parsed(text, `coalesce(try_cast(${text} AS DOUBLE), epoch(try_cast(${text} AS TIMESTAMP)))`)
