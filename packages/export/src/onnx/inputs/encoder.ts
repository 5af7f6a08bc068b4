import type { InputNode } from '@recspec/core'
import type { Builder } from '../builder.js'
import type { secondsIn } from './instant.js'

/** What an input of events makes of its columns, for each pair. */
export type Encoded =
  /** [batch] int64: a row of a table. */
  | { readonly rows: string }
  /** [batch, height] float: how often each row of a table counts. */
  | { readonly counts: string }
  /** [batch, size] float: numbers. */
  | { readonly numbers: string }

/** What an encoder reads. */
export interface Reads {
  readonly graph: Builder
  readonly node: InputNode
  readonly state: unknown
  /** [batch] string, '' where the cell is missing. */
  text(column: string): string
  /** [batch] double, NaN where the cell is missing or no finite number. */
  number(column: string): string
  /** [batch] double: seconds since 1970, NaN where the time is missing. */
  seconds(column: string, unit: Parameters<typeof secondsIn>[2]): string
  /** [batch, …shape] float. */
  array(column: string, shape: readonly number[]): string
}

/** Writes an input of events as operations. Throws a bare sentence where these parameters have no translation. */
export type Encoder = (reads: Reads) => Encoded
