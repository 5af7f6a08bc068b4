/** Why a row was rejected. */
export type Reason =
  | 'too-few-columns'
  | 'too-many-columns'
  | 'quote'
  | 'control'
  | 'unicode'
  | 'oversize'
  | 'syntax'
  | 'empty-id'
  | 'missing-time'
  | 'not-a-number'
  | 'not-finite'

/**
 * A rejected row. `line` counts from 1 (in Parquet: the row), `byte` from 0, in the file as UTF-8 without its byte
 * order mark.
 */
export interface Reject {
  readonly file: string
  readonly line: number
  readonly byte?: number
  readonly column?: string
  readonly reason: Reason
  /** The row's own text, at most 200 characters of it. */
  readonly raw?: string
}

/** How many rejects of a file are kept with their text; all of them are counted. */
export const MAX_KEPT = 1000

/** Rejected rows of one file: all counted by reason, the first `MAX_KEPT` kept. */
export interface Rejects {
  readonly kept: Reject[]
  readonly counts: Map<Reason, number>
}

export const noRejects = (): Rejects => ({ kept: [], counts: new Map() })

export const reject = (rejects: Rejects, row: Reject): void => {
  rejects.counts.set(row.reason, (rejects.counts.get(row.reason) ?? 0) + 1)
  if (rejects.kept.length < MAX_KEPT) rejects.kept.push(row)
}

export const total = (rejects: Rejects): number => [...rejects.counts.values()].reduce((sum, count) => sum + count, 0)

/** The first 200 characters of a row. */
export const excerpt = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.subarray(0, 800)).toString('utf8')
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
