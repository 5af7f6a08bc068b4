import { extname } from 'node:path'
import type { Candidates, Dataset, Entities, Events, Ids } from '@recspec/core'
import { type Vocabulary, vocabulary } from './columns/vocabulary.js'
import { coreOf } from './dataset/core.js'
import { readEntities, withoutColumns } from './dataset/entities.js'
import { type KnownIds, readEvents } from './dataset/events.js'
import { readCandidates, readLists } from './dataset/lists.js'
import { dropRepeats } from './dataset/repeats.js'
import { readTokenizer } from './dataset/tokenizers.js'
import { readValidationUsers } from './dataset/validation.js'
import { entriesOf, type FileEntry, type Purpose, plainFileEntry } from './document/entries.js'
import { type TokenizerEntry, tokenizersOf, type VectorsEntry, vectorsOf } from './document/named.js'
import { parseDocument } from './document/parse.js'
import type { DataDocument } from './document/schema.js'
import { type Database, openDatabase } from './files/duckdb.js'
import { openFile } from './files/open.js'
import { pathError } from './files/path.js'
import type { Environment } from './postgres/connect.js'
import { noRejects, type Reject } from './rejects.js'
import { type Dropped, type FileReport, type FileRows, inEffect, printReport, reportFile } from './report.js'
import { readVectors } from './vectors/read.js'

/** Options of `readDataset`. */
export interface ReadOptions {
  /** Plain files of items and users; they replace those of a data document. */
  readonly items?: string
  readonly users?: string
  /** The only known ids, as when an artifact is measured on new rows; others have index −1. */
  readonly ids?: { readonly users: Ids; readonly items: Ids }
  /** A data document that is not written yet; the path says where it will be. */
  readonly document?: DataDocument
  /** The share of a file's rows that may be rejected before reading fails; default 0.01. */
  readonly limit?: number
  /** DuckDB's memory limit, in its notation; default `512MB`. */
  readonly memory?: string
  /** Where connections of queries are found by name; default the environment of the process. */
  readonly environment?: Environment
  /** Ends a running query; reading then throws. */
  readonly signal?: AbortSignal
}

/** A data set, and the rows that were rejected: `rejects` holds the first 1,000 of each file, `rejected` counts all. */
export interface ReadResult {
  readonly dataset: Dataset
  readonly rejects: readonly Reject[]
  readonly rejected: number
  readonly files: readonly FileReport[]
}

const DOCUMENT = new Set(['.json', '.jsonc'])

/** What a data set is read from. */
interface Sources {
  readonly entries: readonly FileEntry[]
  readonly vectors: readonly VectorsEntry[]
  readonly tokenizers: readonly TokenizerEntry[]
}

const sourcesOf = async (path: string, { users, items, document: unwritten }: ReadOptions): Promise<Sources> => {
  const isDocument = DOCUMENT.has(extname(path).toLowerCase())
  const document = unwritten ?? (isDocument ? await parseDocument(path) : undefined)
  const given = document ? entriesOf(document, path) : [plainFileEntry('events', path)]
  const extra = [...(users ? [plainFileEntry('users', users)] : []), ...(items ? [plainFileEntry('items', items)] : [])]
  return {
    entries: [...given.filter(({ purpose }) => extra.every((entry) => entry.purpose !== purpose)), ...extra],
    vectors: document ? vectorsOf(document, path) : [],
    tokenizers: document ? tokenizersOf(document, path) : [],
  }
}

/**
 * Reads a data document (`.json`, `.jsonc`), or a plain `.csv`, `.tsv`, `.parquet` or `.jsonl` file of events, into a
 * data set. Ids are text, numbered by first appearance; times are numbers as they are written, or seconds since 1970.
 * Names of files are literal. Throws a `DataError` where the document or a file cannot be read, or too many rows are
 * rejected.
 */
export const readDataset = async (path: string, options: ReadOptions = {}): Promise<ReadResult> => {
  const sources = await sourcesOf(path, options)
  const database = await openDatabase(options.memory ?? '512MB')
  try {
    return await readSources(database, await withRows(database, sources, options), options)
  } catch (error) {
    // a file that disappears or a disk that fails while it is read
    if (error instanceof Error && 'syscall' in error)
      throw pathError(String('path' in error ? error.path : path), error)
    throw error
  } finally {
    await database.close()
  }
}

/** The sources with the rows of their queries. */
const withRows = async (
  database: Database,
  sources: Sources,
  { environment = process.env, signal }: ReadOptions,
): Promise<Sources> => {
  const { entries, vectors } = sources
  const files = [...entries, ...vectors.map(({ file }) => file)]
  if (files.every(({ query }) => query === undefined)) return sources
  const { fetchQueries } = await import('./postgres/fetch.js')
  const found = await fetchQueries(database, files, environment, signal)
  const filled = (entry: FileEntry): FileEntry => {
    const rows = found.get(entry.path)
    return rows === undefined ? entry : { ...entry, rows }
  }
  return {
    ...sources,
    entries: entries.map(filled),
    vectors: vectors.map((entry) => ({ ...entry, file: filled(entry.file) })),
  }
}

/** What each named entry holds. */
const readAll = async <E extends { readonly name: string }, T>(
  entries: readonly E[],
  read: (entry: E) => Promise<T>,
): Promise<Map<string, T>> => {
  const found = new Map<string, T>()
  for (const entry of entries) found.set(entry.name, await read(entry))
  return found
}

const idList = (ids: Ids): Iterable<string> => Array.from({ length: ids.count }, (_, index) => ids.at(index))

const readSources = async (
  database: Database,
  { entries, vectors, tokenizers }: Sources,
  options: ReadOptions,
): Promise<ReadResult> => {
  const limit = options.limit ?? 0.01
  const files: FileReport[] = []
  const rejects: Reject[] = []
  let known: KnownIds = {
    users: vocabulary(options.ids ? idList(options.ids.users) : []),
    items: vocabulary(options.ids ? idList(options.ids.items) : []),
    addsNew: options.ids === undefined,
  }
  const finish = (entry: FileEntry, read: FileRows) => {
    files.push(reportFile(entry, read, limit))
    for (const row of read.rejects.kept.toSorted((a, b) => a.line - b.line)) rejects.push(row)
  }
  const find = (purpose: Purpose) => entries.find((entry) => entry.purpose === purpose)

  const rowsOf = async (
    entry: FileEntry,
    against: KnownIds,
  ): Promise<{ readonly value: Events; readonly file: FileRows; readonly dropped: readonly Dropped[] }> => {
    if (entry.layout === 'lists') {
      const found = noRejects()
      const { rows, value } = await readLists(entry, found, against)
      return { value, file: { rows, rejects: found }, dropped: [] }
    }
    const file = await openFile(database, entry)
    return { ...(await readEvents(database, file, against)), file }
  }
  /** Events without those that `where` and `repeats` drop. */
  const events = async (entry: FileEntry, against: KnownIds) => {
    const { value: all, file, dropped } = await rowsOf(entry, against)
    const value = entry.repeats ? dropRepeats(all, entry.repeats) : all
    const repeats = { rule: `repeats, the ${entry.repeats} kept`, rows: all.count - value.count }
    return { value, file, dropped: [...dropped, ...inEffect([repeats])] }
  }
  const trainingEvents = async (entry: FileEntry): Promise<Events> => {
    // a core is one of the whole file, also where only some ids are known
    const own = entry.core && !known.addsNew ? { users: vocabulary(), items: vocabulary(), addsNew: true } : known
    const { value, file, dropped } = await events(entry, own)
    if (!entry.core) {
      finish(entry, { ...file, dropped })
      return value
    }
    const core = coreOf({ events: value, users: own.users, items: own.items }, entry.core)
    finish(entry, { ...file, dropped: [...dropped, ...inEffect([core.dropped])] })
    if (known.addsNew) {
      known = { users: core.users, items: core.items, addsNew: true }
      return core.events
    }
    const { users, items } = known
    return {
      ...core.events,
      user: core.events.user.map((index) => users.indexOf(core.users.at(index))),
      item: core.events.item.map((index) => items.indexOf(core.items.at(index))),
    }
  }
  const testEvents = async (entry: FileEntry): Promise<Events> => {
    const { value, file, dropped } = await events(entry, { ...known, addsNew: false })
    finish(entry, { ...file, dropped })
    return value
  }
  const entities = async (purpose: 'users' | 'items', ids: Vocabulary): Promise<Entities> => {
    const entry = find(purpose)
    if (!entry) return withoutColumns(ids)
    const file = await openFile(database, entry)
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
    const file = await openFile(database, entry)
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
  const training = eventsEntry ? await trainingEvents(eventsEntry) : none
  const users = await entities('users', known.users)
  const items = await entities('items', known.items)
  const test = testEntry ? await testEvents(testEntry) : undefined
  const stored = candidatesEntry ? await candidates(candidatesEntry) : undefined
  const validated = validationEntry ? await validationUsers(validationEntry) : undefined
  const named = {
    vectors: await readAll(vectors, (entry) => readVectors(database, entry)),
    tokenizers: await readAll(tokenizers, ({ path }) => readTokenizer(path)),
  }
  for (const { name, file } of vectors) {
    const { count: rows } = named.vectors.get(name)!.ids
    files.push({ purpose: 'vectors', name, file: file.path, rows, accepted: rows, rejected: 0, dropped: [] })
  }
  for (const { name, path } of tokenizers)
    files.push({ purpose: 'tokenizer', name, file: path, rows: 1, accepted: 1, rejected: 0, dropped: [] })
  return {
    dataset: {
      users,
      items,
      events: training,
      ...(test ? { test } : {}),
      ...(stored ? { candidates: stored } : {}),
      ...(validated ? { validationUsers: validated } : {}),
      ...(vectors.length > 0 ? { vectors: named.vectors } : {}),
      ...(tokenizers.length > 0 ? { tokenizers: named.tokenizers } : {}),
      notes: files.map(printReport),
    },
    rejects,
    rejected: files.reduce((sum, file) => sum + file.rejected, 0),
    files,
  }
}
