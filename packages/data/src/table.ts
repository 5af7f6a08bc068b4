import { dirname, extname, resolve } from 'node:path'
import type { DataDocument } from './document.js'
import { DataError } from './error.js'
import type { Encoding } from './records.js'

/** What a file is to a data set. */
export type Purpose = 'events' | 'test' | 'candidates' | 'users' | 'items'

/** One file with every default filled in. Columns are named, or counted from 1. */
export interface Table {
  readonly purpose: Purpose
  readonly path: string
  readonly format: 'delimited' | 'jsonl' | 'parquet'
  readonly layout: 'rows' | 'lists' | 'candidates'
  readonly delimiter: string
  readonly header: boolean
  readonly encoding: Encoding
  readonly quote: string
  readonly columns?: readonly string[]
  readonly types: ReadonlyMap<string, 'text' | 'number'>
  readonly user?: string | number
  readonly item?: string | number
  readonly time?: string | number
  readonly id?: string | number
  readonly name?: string | number
}

const FORMATS = new Map<string, Table['format']>([
  ['.parquet', 'parquet'],
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
])

/** What a table of a data document may say; the union of its five kinds. */
type Entry = { -readonly [K in keyof Table]?: K extends 'types' ? Record<string, 'text' | 'number'> : Table[K] } & {
  readonly file: string
}

const table = (purpose: Purpose, entry: Entry, folder: string): Table => {
  const path = resolve(folder, entry.file)
  const extension = extname(path).toLowerCase()
  const layout = purpose === 'candidates' ? 'candidates' : (entry.layout ?? 'rows')
  const { file: _, types, ...said } = entry
  return {
    header: layout === 'rows',
    delimiter: extension === '.tsv' ? '\t' : ',',
    encoding: 'utf-8',
    quote: layout === 'rows' ? '"' : '',
    ...said,
    types: new Map(Object.entries(types ?? {})),
    purpose,
    path,
    layout,
    format: FORMATS.get(extension) ?? 'delimited',
  }
}

/** The tables of a data document. `test` takes from `events` whatever it does not say, `candidates` its delimiter and encoding. */
export const tablesOf = (document: DataDocument, path: string): Table[] => {
  const folder = dirname(path)
  const { events, test, candidates, users, items } = document
  const shared = {
    ...(events?.delimiter === undefined ? {} : { delimiter: events.delimiter }),
    ...(events?.encoding === undefined ? {} : { encoding: events.encoding }),
  }
  return [
    ...(events ? [table('events', events, folder)] : []),
    ...(test ? [table('test', { ...events, ...test }, folder)] : []),
    ...(candidates ? [table('candidates', { ...shared, ...candidates }, folder)] : []),
    ...(users ? [table('users', users, folder)] : []),
    ...(items ? [table('items', items, folder)] : []),
  ]
}

const BARE = new Set(['.csv', '.tsv', '.parquet', '.jsonl', '.ndjson'])

/** The table of a file that comes without a data document. */
export const bareTable = (purpose: Purpose, path: string): Table => {
  const extension = extname(path).toLowerCase()
  if (!BARE.has(extension))
    throw new DataError(
      'unknown-format',
      `unknown format "${extension}", expected .csv, .tsv, .parquet, .jsonl or a data document`,
      {
        file: path,
        hint: `write a data document: { "${purpose}": { "file": "…", "delimiter": "…" } }`,
      },
    )
  return table(purpose, { file: path }, '.')
}
