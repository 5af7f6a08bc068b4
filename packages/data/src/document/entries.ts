import { dirname, extname, resolve } from 'node:path'
import type { Condition } from '../columns/where.js'
import type { Core } from '../dataset/core.js'
import { DataError } from '../error.js'
import { isGzip } from '../files/bytes.js'
import type { Derived } from '../files/derive.js'
import type { Encoding } from '../files/scan.js'
import { type Query, type QueryRows, queryPlace } from '../postgres/query.js'
import { isConnection } from '../postgres/secret.js'
import type { DataDocument } from './schema.js'

/** What a file of a data set holds. */
export type Purpose = 'events' | 'test' | 'candidates' | 'users' | 'items' | 'validation' | 'vectors' | 'tokenizer'

/** An entry of a data document with every default filled in. Columns are given by name, or by position from 1. */
export interface FileEntry {
  readonly purpose: Purpose
  /** The file; of a query its place in the data document. */
  readonly path: string
  readonly format: 'delimited' | 'jsonl' | 'parquet' | 'npy' | 'safetensors' | 'postgres'
  /** What is read instead of a file, and its rows when they are fetched. */
  readonly query?: Query
  readonly rows?: QueryRows
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
  readonly file?: string
  readonly connection?: string
}
interface Written {
  readonly query: string
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

/** An entry with every default filled in, whatever it is read from. */
const filled = (purpose: Purpose, written: WrittenEntry, usual: string, path: string): Omit<FileEntry, 'format'> => {
  const layout = purpose === 'candidates' ? 'candidates' : (written.layout ?? 'rows')
  const { file: _, query: _query, connection: _connection, types, where, derive, core, ...given } = written
  return {
    ...(layout === 'rows' && written.columns ? {} : { header: layout === 'rows' }),
    delimiter: usual,
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
  }
}

/** The entry of a file. */
export const fileEntry = (
  purpose: Purpose,
  written: WrittenEntry & { readonly file: string },
  folder: string,
): FileEntry => {
  const path = resolve(folder, written.file)
  return { ...filled(purpose, written, usualDelimiter(path), path), format: formatOf(path) }
}

/** An entry of a data document: of a query where it has one, else of a file. */
export const entryOf = (purpose: Purpose, written: WrittenEntry, document: string, name?: string): FileEntry => {
  const { query, connection, file } = written
  if (query === undefined || connection === undefined)
    return fileEntry(purpose, { ...written, file: file ?? '' }, dirname(document))
  return {
    ...filled(purpose, written, ',', queryPlace(document, purpose, name)),
    format: 'postgres',
    query: { text: query, connection },
  }
}

/** What a test entry takes from the events: not where their rows are, if it says that itself. */
const inherited = (events: WrittenEntry, test: WrittenEntry): WrittenEntry => {
  const { core: _core, file, query, connection, delimiter, header, encoding, quote, ...shared } = events
  const format = {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(header === undefined ? {} : { header }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(quote === undefined ? {} : { quote }),
  }
  if (test.query !== undefined) return { ...shared, ...(connection === undefined ? {} : { connection }) }
  if (test.file !== undefined) return { ...shared, ...format }
  return { ...shared, ...format, ...(file === undefined ? {} : { file }) }
}

/** The entries of a data document. `test` takes its defaults from `events` (a core never reads test rows), `candidates` its delimiter and encoding. */
export const entriesOf = (document: DataDocument, path: string): FileEntry[] => {
  const { events, test, candidates, users, items, validation } = document
  const shared = {
    ...(events?.delimiter === undefined ? {} : { delimiter: events.delimiter }),
    ...(events?.encoding === undefined ? {} : { encoding: events.encoding }),
  }
  return [
    ...(events ? [entryOf('events', events, path)] : []),
    ...(test ? [entryOf('test', { ...inherited(events ?? {}, test), ...test }, path)] : []),
    ...(candidates ? [entryOf('candidates', { ...shared, ...candidates }, path)] : []),
    ...(users ? [entryOf('users', users, path)] : []),
    ...(items ? [entryOf('items', items, path)] : []),
    ...(validation ? [entryOf('validation', validation, path)] : []),
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
  if (isConnection(path))
    throw new DataError('document', 'a connection is no file; it may hold a password and is not repeated here', {
      hint: `put it into DATABASE_URL and write a data document: { "${purpose}": { "query": "SELECT …", "connection": "DATABASE_URL" } }`,
    })
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
