import type { FileEntry, Purpose } from './document/entries.js'
import { DataError } from './error.js'
import { LATIN1_HINT } from './files/text.js'
import { type Rejects, total } from './rejects.js'

/** How many well-formed rows a rule of the data document left out; these are not rejects. */
export interface Dropped {
  /** The rule in words: "unknown user", "where rating is at least 4". */
  readonly rule: string
  readonly rows: number
}

/** The rules that dropped something. */
export const inEffect = (rules: readonly Dropped[]): Dropped[] => rules.filter(({ rows }) => rows > 0)

/** The rows of one file, without blank lines and the header: `rows` = `accepted` + `rejected` + all `dropped`. */
export interface FileReport {
  readonly purpose: Purpose
  /** The name of an entry of `vectors` or `tokenizers`. */
  readonly name?: string
  readonly file: string
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
  /** Well-formed rows that a rule left out, in the order of the rules. */
  readonly dropped: readonly Dropped[]
}

/** What was read of a file. */
export interface FileRows {
  readonly rows: number
  readonly rejects: Rejects
  readonly dropped?: readonly Dropped[]
}

const printDropped = ({ rule, rows }: Dropped): string => `${rows} dropped (${rule})`

/** Counts the rows of a file; throws where too many are rejected, or none is left. */
export const reportFile = (entry: FileEntry, { rows, rejects, dropped = [] }: FileRows, limit: number): FileReport => {
  const rejected = total(rejects)
  const [worst] = [...rejects.counts].sort((a, b) => b[1] - a[1])
  const first = rejects.kept.toSorted((a, b) => a.line - b.line)[0]
  const where = { file: entry.path, ...(first ? { line: first.line } : {}) }
  const column = first?.column === undefined ? '' : ` in column "${first.column}"`
  const hints = [
    ...(first?.reason === 'not-a-number' ? [`if it is text, say so: "types": { "${first.column}": "text" }`] : []),
    ...(worst?.[0] === 'unicode' ? [LATIN1_HINT] : []),
    ...(first?.line === 1 && entry.columns && entry.header === undefined
      ? ['if the first line is a header, say so: "header": true']
      : []),
  ]
  const example = first ? `, the first ${first.reason}${column}: ${first.raw ?? `row ${first.line}`}` : ''
  if (rows === 0 || rejected === rows)
    throw new DataError('nothing-left', `no rows left of ${rows}${example}`, {
      ...where,
      ...(hints.length === 0 ? {} : { hint: hints.join('; ') }),
    })
  if (rejected > limit * rows) {
    const message = `rejected ${rejected} of ${rows} rows, mostly ${worst![0]}${example}`
    throw new DataError('too-many-rejects', message, {
      ...where,
      hint: [...hints, `more than ${limit * 100} % is an error`].join('; '),
    })
  }
  const accepted = dropped.reduce((left, rule) => left - rule.rows, rows - rejected)
  if (accepted === 0)
    throw new DataError('nothing-left', `no rows left of ${rows}: ${dropped.map(printDropped).join(', ')}`, {
      file: entry.path,
    })
  return { purpose: entry.purpose, file: entry.path, rows, accepted, rejected, dropped }
}

/** A report in one line, for display. */
export const printReport = ({ purpose, name, file, rows, rejected, dropped }: FileReport): string =>
  [
    `${purpose}${name === undefined ? '' : ` "${name}"`}: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${file}`,
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
    ...dropped.map(printDropped),
  ].join(', ')
