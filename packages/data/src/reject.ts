/** Why a row was not taken. */
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

/** A row that was not taken. Lines count from 1, bytes from 0, both in the file as it is (Parquet: the row instead of the line). */
export interface Reject {
  readonly file: string
  readonly line: number
  readonly byte?: number
  readonly column?: string
  readonly reason: Reason
  /** The row's own text, at most 200 characters of it. */
  readonly raw?: string
}

/** How many rejects are kept with their text for each file; all of them are counted. */
export const KEPT = 1000

/** Rejected rows of one file: all counted by reason, the first of them kept. */
export interface Rejects {
  readonly kept: Reject[]
  readonly counts: Map<Reason, number>
}

export const noRejects = (): Rejects => ({ kept: [], counts: new Map() })

export const reject = (rejects: Rejects, row: Reject): void => {
  rejects.counts.set(row.reason, (rejects.counts.get(row.reason) ?? 0) + 1)
  if (rejects.kept.length < KEPT) rejects.kept.push(row)
}

export const total = (rejects: Rejects): number => [...rejects.counts.values()].reduce((sum, count) => sum + count, 0)

/** Row text as people are shown it. */
export const excerpt = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.subarray(0, 800)).toString('utf8')
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
