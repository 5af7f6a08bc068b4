import { dirname, extname, resolve } from 'node:path'
import type { Condition } from '../columns/where.js'
import type { Core } from '../dataset/core.js'
import { DataError } from '../error.js'
import { isGzip } from '../files/bytes.js'
import type { Derived } from '../files/derive.js'
import type { Encoding } from '../files/scan.js'
import type { DataDocument } from './schema.js'

/** What a file of a data set holds. */
export type Purpose = 'events' | 'test' | 'candidates' | 'users' | 'items' | 'validation' | 'vectors' | 'tokenizer'

/** An entry of a data document with every default filled in. Columns are given by name, or by position from 1. */
export interface FileEntry {
  readonly purpose: Purpose
  readonly path: string
  readonly format: 'delimited' | 'jsonl' | 'parquet' | 'npy' | 'safetensors'
  readonly layout: 'rows' | 'lists' | 'candidates'
  readonly delimiter: string
  /** Undefined where `columns` are given and `header` is not: the first row is a header if it equals them. */
  readonly header?: boolean
  readonly encoding: Encoding
  readonly quote: string
  readonly columns?: readonly string[]
  readonly types: ReadonlyMap<string, 'text' | 'number'>
  /** Conditions that every row meets. */
  readonly where?: readonly Condition[]
  /** New columns by name. */
  readonly derive?: ReadonlyMap<string, Derived>
  readonly repeats?: 'first' | 'last'
  readonly core?: Core
  readonly user?: string | number
  readonly item?: string | number
  readonly time?: string | number
  readonly id?: string | number
  readonly name?: string | number
  /** Whether users or items without training events are left out. */
  readonly withEvents?: boolean
}

const FORMATS = new Map<string, FileEntry['format']>([
  ['.parquet', 'parquet'],
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
  ['.npy', 'npy'],
  ['.safetensors', 'safetensors'],
])

/** An entry as it is written; the union of its kinds. */
type WrittenEntry = {
  -readonly [K in keyof FileEntry]?: K extends keyof Written ? Written[K] : FileEntry[K]
} & {
  readonly file: string
}
interface Written {
  readonly types: Record<string, 'text' | 'number'>
  readonly derive: Record<string, Derived>
  readonly where: Condition | readonly Condition[]
  readonly core: number | Partial<Core>
}

const coreOf = (core: number | Partial<Core>): Core =>
  typeof core === 'number' ? { users: core, items: core } : { users: core.users ?? 0, items: core.items ?? 0 }

/** What the name of a file ends in, in lower case; `.csv.gz` counts as `.csv`. */
const extensionOf = (path: string): string => extname(isGzip(path) ? path.slice(0, -'.gz'.length) : path).toLowerCase()

const formatOf = (path: string): FileEntry['format'] => {
  const extension = extensionOf(path)
  const format = FORMATS.get(extension) ?? 'delimited'
  if (isGzip(path) && format !== 'delimited' && format !== 'jsonl')
    throw new DataError('unknown-format', `unknown format "${extension}.gz", only text may be compressed by gzip`, {
      file: path,
    })
  return format
}

/** The format that the name of a file says, and its usual delimiter. */
export const plainFormat = (path: string): Pick<FileEntry, 'format' | 'delimiter'> => ({
  format: formatOf(path),
  delimiter: usualDelimiter(path),
})

const usualDelimiter = (path: string): string => (extensionOf(path) === '.tsv' ? '\t' : ',')

/** An entry with every default filled in. */
export const fileEntry = (purpose: Purpose, written: WrittenEntry, folder: string): FileEntry => {
  const path = resolve(folder, written.file)
  const layout = purpose === 'candidates' ? 'candidates' : (written.layout ?? 'rows')
  const { file: _, types, where, derive, core, ...given } = written
  return {
    ...(layout === 'rows' && written.columns ? {} : { header: layout === 'rows' }),
    delimiter: usualDelimiter(path),
    encoding: 'utf-8',
    quote: layout === 'rows' ? '"' : '',
    ...given,
    types: new Map(Object.entries(types ?? {})),
    ...(where === undefined ? {} : { where: [where].flat() }),
    ...(derive === undefined ? {} : { derive: new Map(Object.entries(derive)) }),
    ...(core === undefined ? {} : { core: coreOf(core) }),
    purpose,
    path,
    layout,
    format: formatOf(path),
  }
}

/** The entries of a data document. `test` takes its defaults from `events` (a core never reads test rows), `candidates` its delimiter and encoding. */
export const entriesOf = (document: DataDocument, path: string): FileEntry[] => {
  const folder = dirname(path)
  const { events, test, candidates, users, items, validation } = document
  const { core: _, ...ofEvents } = events ?? {}
  const shared = {
    ...(events?.delimiter === undefined ? {} : { delimiter: events.delimiter }),
    ...(events?.encoding === undefined ? {} : { encoding: events.encoding }),
  }
  return [
    ...(events ? [fileEntry('events', events, folder)] : []),
    ...(test ? [fileEntry('test', { ...ofEvents, ...test }, folder)] : []),
    ...(candidates ? [fileEntry('candidates', { ...shared, ...candidates }, folder)] : []),
    ...(users ? [fileEntry('users', users, folder)] : []),
    ...(items ? [fileEntry('items', items, folder)] : []),
    ...(validation ? [fileEntry('validation', validation, folder)] : []),
  ]
}

/** Why text with this delimiter and quote could not be cut into fields, and the property that is wrong. */
export const dialectProblem = ({
  delimiter,
  quote,
}: FileEntry): { readonly property: 'delimiter' | 'quote'; readonly message: string } | undefined => {
  const invalid = (property: 'delimiter' | 'quote', value: string, expected: string) => ({
    property,
    message: `invalid ${property} ${JSON.stringify(value)}, expected ${expected}`,
  })
  if (Buffer.byteLength(delimiter) > 4) return invalid('delimiter', delimiter, 'at most 4 bytes')
  if (['\0', '\r', '\n'].some((character) => delimiter.includes(character)))
    return invalid('delimiter', delimiter, 'characters that do not end a line')
  if (!/^[ -~]?$/.test(quote)) return invalid('quote', quote, 'one ASCII character')
  if (quote !== '' && delimiter.includes(quote))
    return invalid('quote', quote, 'a character that is not in the delimiter')
  return undefined
}

const PLAIN = new Set(['.csv', '.tsv', '.parquet', '.jsonl', '.ndjson'])

/**
 * The entry of a file that is given without a data document; throws a `DataError` where the extension names no format.
 */
export const plainFileEntry = (purpose: Purpose, path: string): FileEntry => {
  const extension = extensionOf(path)
  if (!PLAIN.has(extension))
    throw new DataError(
      'unknown-format',
      `unknown format "${extension}", expected .csv, .tsv, .jsonl (or these with .gz), .parquet or a data document`,
      {
        file: path,
        hint: `write a data document: { "${purpose}": { "file": "…", "delimiter": "…" } }`,
      },
    )
  return fileEntry(purpose, { file: path }, '.')
}
