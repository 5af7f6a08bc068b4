import { extname } from 'node:path'
import type { Candidates, Dataset, Entities, Events, Ids } from '@recspec/core'
import { type Vocabulary, vocabulary } from './columns/vocabulary.js'
import { readEntities, withoutColumns } from './dataset/entities.js'
import { type KnownIds, readEvents } from './dataset/events.js'
import { readCandidates, readLists } from './dataset/lists.js'
import { readValidationUsers } from './dataset/validation.js'
import { entriesOf, type FileEntry, type Purpose, plainFileEntry } from './document/entries.js'
import { parseDocument } from './document/parse.js'
import { type Dropped, printDropped } from './dropped.js'
import { DataError } from './error.js'
import { openDelimited } from './files/delimited.js'
import { type Database, openDatabase } from './files/duckdb.js'
import type { OpenFile } from './files/file.js'
import { openJsonl } from './files/jsonl.js'
import { openParquet } from './files/parquet.js'
import { pathError } from './files/path.js'
import { LATIN1_HINT } from './files/text.js'
import { noRejects, type Reject, type Rejects, total } from './rejects.js'

/** Options of `readDataset`. */
export interface ReadOptions {
  /** Plain files of items and users; they replace those of a data document. */
  readonly items?: string
  readonly users?: string
  /** The only known ids, as when an artifact is measured on new rows; others have index −1. */
  readonly ids?: { readonly users: Ids; readonly items: Ids }
  /** The share of a file's rows that may be rejected before reading fails; default 0.01. */
  readonly limit?: number
  /** DuckDB's memory limit, in its notation; default `512MB`. */
  readonly memory?: string
}

/** The rows of one file, without blank lines and the header: `rows` = `accepted` + `rejected` + those `dropped`. */
export interface FileReport {
  readonly purpose: Purpose
  readonly file: string
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
  /** Well-formed rows that a rule left out, in the order of the rules. */
  readonly dropped: readonly Dropped[]
}

/** A data set, and the rows that were rejected: `rejects` holds the first 1,000 of each file, `rejected` counts all. */
export interface ReadResult {
  readonly dataset: Dataset
  readonly rejects: readonly Reject[]
  readonly rejected: number
  readonly files: readonly FileReport[]
}

const OPEN: Record<FileEntry['format'], OpenFile> = { delimited: openDelimited, jsonl: openJsonl, parquet: openParquet }

const DOCUMENT = new Set(['.json', '.jsonc'])

const entriesAt = async (path: string, { users, items }: ReadOptions): Promise<FileEntry[]> => {
  const given = DOCUMENT.has(extname(path).toLowerCase())
    ? entriesOf(await parseDocument(path), path)
    : [plainFileEntry('events', path)]
  const extra = [...(users ? [plainFileEntry('users', users)] : []), ...(items ? [plainFileEntry('items', items)] : [])]
  return [...given.filter(({ purpose }) => extra.every((entry) => entry.purpose !== purpose)), ...extra]
}

/** What was read of a file. */
interface FileRows {
  readonly rows: number
  readonly rejects: Rejects
  readonly dropped?: readonly Dropped[]
}

/** Counts the rows of a file; throws where too many are rejected. */
const reportFile = (entry: FileEntry, { rows, rejects, dropped = [] }: FileRows, limit: number): FileReport => {
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

/**
 * Reads a data document (`.json`, `.jsonc`), or a plain `.csv`, `.tsv`, `.parquet` or `.jsonl` file of events, into a
 * data set. Ids are text, numbered by first appearance; times are numbers as they are written, or seconds since 1970.
 * Names of files are literal. Throws a `DataError` where the document or a file cannot be read, or too many rows are
 * rejected.
 */
export const readDataset = async (path: string, options: ReadOptions = {}): Promise<ReadResult> => {
  const entries = await entriesAt(path, options)
  const database = await openDatabase(options.memory ?? '512MB')
  try {
    return await readEntries(database, entries, options)
  } catch (error) {
    // a file that disappears or a disk that fails while it is read
    if (error instanceof Error && 'syscall' in error)
      throw pathError(String('path' in error ? error.path : path), error)
    throw error
  } finally {
    await database.close()
  }
}

const idList = (ids: Ids): Iterable<string> => Array.from({ length: ids.count }, (_, index) => ids.at(index))

const readEntries = async (
  database: Database,
  entries: readonly FileEntry[],
  options: ReadOptions,
): Promise<ReadResult> => {
  const limit = options.limit ?? 0.01
  const files: FileReport[] = []
  const rejects: Reject[] = []
  const known: KnownIds = {
    users: vocabulary(options.ids ? idList(options.ids.users) : []),
    items: vocabulary(options.ids ? idList(options.ids.items) : []),
    addsNew: options.ids === undefined,
  }
  const finish = (entry: FileEntry, read: FileRows) => {
    files.push(reportFile(entry, read, limit))
    for (const row of read.rejects.kept.toSorted((a, b) => a.line - b.line)) rejects.push(row)
  }
  const find = (purpose: Purpose) => entries.find((entry) => entry.purpose === purpose)

  const events = async (entry: FileEntry, against: KnownIds): Promise<Events> => {
    if (entry.layout === 'lists') {
      const found = noRejects()
      const { rows, value } = await readLists(entry, found, against)
      finish(entry, { rows, rejects: found })
      return value
    }
    const file = await OPEN[entry.format](database, entry)
    const value = await readEvents(database, file, against)
    finish(entry, file)
    return value
  }
  const entities = async (purpose: 'users' | 'items', ids: Vocabulary): Promise<Entities> => {
    const entry = find(purpose)
    if (!entry) return withoutColumns(ids)
    const file = await OPEN[entry.format](database, entry)
    const { value, dropped } = await readEntities(database, file, ids, known.addsNew)
    finish(entry, { ...file, dropped })
    return value
  }
  const candidates = async (entry: FileEntry): Promise<Candidates> => {
    const found = noRejects()
    const { rows, value } = await readCandidates(entry, found, known)
    finish(entry, { rows, rejects: found })
    return value
  }
  const validationUsers = async (entry: FileEntry): Promise<Int32Array> => {
    const file = await OPEN[entry.format](database, entry)
    const { value, dropped } = await readValidationUsers(database, file, known.users)
    finish(entry, { ...file, dropped })
    return value
  }

  const [eventsEntry, testEntry, candidatesEntry, validationEntry] = [
    find('events'),
    find('test'),
    find('candidates'),
    find('validation'),
  ]
  const none: Events = { count: 0, user: new Int32Array(0), item: new Int32Array(0), columns: new Map() }
  const training = eventsEntry ? await events(eventsEntry, known) : none
  const users = await entities('users', known.users)
  const items = await entities('items', known.items)
  const test = testEntry ? await events(testEntry, { ...known, addsNew: false }) : undefined
  const stored = candidatesEntry ? await candidates(candidatesEntry) : undefined
  const validated = validationEntry ? await validationUsers(validationEntry) : undefined
  return {
    dataset: {
      users,
      items,
      events: training,
      ...(test ? { test } : {}),
      ...(stored ? { candidates: stored } : {}),
      ...(validated ? { validationUsers: validated } : {}),
      notes: files.map(({ purpose, file, rows, rejected, dropped }) =>
        [
          `${purpose}: ${rows} rows of ${file}`,
          ...(rejected > 0 ? [`${rejected} rejected`] : []),
          ...dropped.map(printDropped),
        ].join(', '),
      ),
    },
    rejects,
    rejected: files.reduce((sum, file) => sum + file.rejected, 0),
    files,
  }
}
