import { extname } from 'node:path'
import type { Candidates, Dataset, Entities, Events, Ids } from '@recspec/core'
import { openDelimited } from './delimited.js'
import { type Engine, openEngine } from './duckdb.js'
import { bare, readEntities } from './entities.js'
import { DataError } from './error.js'
import { type Known, readRows } from './events.js'
import { openJsonl } from './jsonl.js'
import { readCandidates, readLists } from './lists.js'
import { openParquet } from './parquet.js'
import { parseDocument } from './parse.js'
import { noRejects, type Reject, type Rejects, total } from './reject.js'
import type { Open } from './source.js'
import { bareTable, type Purpose, type Table, tablesOf } from './table.js'
import { type Vocabulary, vocabulary } from './vocabulary.js'

/** What may be said beside the path. */
export interface ReadOptions {
  /** Entity tables that come as plain files; they replace those of a data document. */
  readonly items?: string
  readonly users?: string
  /** Only these are known, as when an artifact is measured on new rows. */
  readonly ids?: { readonly users: Ids; readonly items: Ids }
  /** The share of a file's rows that may be rejected before reading fails: 0.01 unless said. */
  readonly limit?: number
  /** What DuckDB may keep in memory, as it writes it: `512MB` unless said. */
  readonly memory?: string
}

/** What was read of one file; `rows` is `accepted` and `rejected` together, always. */
export interface FileReport {
  readonly purpose: Purpose
  readonly file: string
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
}

/** A data set, and what it took to read it. `rejects` holds at most 1,000 rows of each file, `rejected` counts them all. */
export interface Reading {
  readonly dataset: Dataset
  readonly rejects: readonly Reject[]
  readonly rejected: number
  readonly files: readonly FileReport[]
}

const OPEN: Record<Table['format'], Open> = { delimited: openDelimited, jsonl: openJsonl, parquet: openParquet }

const DOCUMENT = new Set(['.json', '.jsonc'])

const tablesAt = async (path: string, { users, items }: ReadOptions): Promise<Table[]> => {
  const given = DOCUMENT.has(extname(path).toLowerCase())
    ? tablesOf(await parseDocument(path), path)
    : [bareTable('events', path)]
  const extra = [...(users ? [bareTable('users', users)] : []), ...(items ? [bareTable('items', items)] : [])]
  return [...given.filter(({ purpose }) => extra.every((table) => table.purpose !== purpose)), ...extra]
}

/** Counts what a file gave, and throws where too little of it was good. */
const settle = (table: Table, rows: number, rejects: Rejects, limit: number): FileReport => {
  const rejected = total(rejects)
  const [worst] = [...rejects.counts].sort((a, b) => b[1] - a[1])
  const first = rejects.kept.toSorted((a, b) => a.line - b.line)[0]
  const where = { file: table.path, ...(first ? { line: first.line } : {}) }
  const column = first?.column === undefined ? '' : ` in column "${first.column}"`
  const example = first ? `, the first ${first.reason}${column}: ${first.raw ?? `row ${first.line}`}` : ''
  if (rows === 0 || rejected === rows) throw new DataError('nothing-left', `no rows left of ${rows}${example}`, where)
  if (rejected > limit * rows) {
    const message = `rejected ${rejected} of ${rows} rows, mostly ${worst![0]}${example}`
    const typed =
      first?.reason === 'not-a-number' ? `if it is text, say so: "types": { "${first.column}": "text" }; ` : ''
    throw new DataError('too-many-rejects', message, {
      ...where,
      hint: `${typed}more than ${limit * 100} % is an error`,
    })
  }
  return { purpose: table.purpose, file: table.path, rows, accepted: rows - rejected, rejected }
}

/** Reads a data document, or a plain file with columns user, item and whatever else, into a data set. */
export const readDataset = async (path: string, options: ReadOptions = {}): Promise<Reading> => {
  const tables = await tablesAt(path, options)
  const engine = await openEngine(options.memory ?? '512MB')
  try {
    return await readTables(engine, tables, options)
  } finally {
    await engine.close()
  }
}

const listed = (ids: Ids): Iterable<string> => Array.from({ length: ids.count }, (_, index) => ids.at(index))

const readTables = async (engine: Engine, tables: readonly Table[], options: ReadOptions): Promise<Reading> => {
  const limit = options.limit ?? 0.01
  const files: FileReport[] = []
  const rejects: Reject[] = []
  const known: Known = {
    users: vocabulary(options.ids ? listed(options.ids.users) : []),
    items: vocabulary(options.ids ? listed(options.ids.items) : []),
    learns: options.ids === undefined,
  }
  const finish = (table: Table, rows: number, found: Rejects) => {
    files.push(settle(table, rows, found, limit))
    for (const row of found.kept.toSorted((a, b) => a.line - b.line)) rejects.push(row)
  }
  const find = (purpose: Purpose) => tables.find((table) => table.purpose === purpose)

  const events = async (table: Table, against: Known): Promise<Events> => {
    if (table.layout === 'lists') {
      const found = noRejects()
      const { rows, value } = await readLists(table, found, against)
      finish(table, rows, found)
      return value
    }
    const source = await OPEN[table.format](engine, table)
    const value = await readRows(engine, source, against)
    finish(table, source.rows, source.rejects)
    return value
  }
  const entities = async (purpose: 'users' | 'items', ids: Vocabulary): Promise<Entities> => {
    const table = find(purpose)
    if (!table) return bare(ids)
    const source = await OPEN[table.format](engine, table)
    const value = await readEntities(engine, source, ids, known.learns)
    finish(table, source.rows, source.rejects)
    return value
  }
  const candidates = async (table: Table): Promise<Candidates> => {
    const found = noRejects()
    const { rows, value } = await readCandidates(table, found, known)
    finish(table, rows, found)
    return value
  }

  const [eventsTable, testTable, candidatesTable] = [find('events'), find('test'), find('candidates')]
  const none: Events = { count: 0, user: new Int32Array(0), item: new Int32Array(0), columns: new Map() }
  const training = eventsTable ? await events(eventsTable, known) : none
  const users = await entities('users', known.users)
  const items = await entities('items', known.items)
  const unlearned = { ...known, learns: false }
  const test = testTable ? await events(testTable, unlearned) : undefined
  const stored = candidatesTable ? await candidates(candidatesTable) : undefined
  return {
    dataset: {
      users,
      items,
      events: training,
      ...(test ? { test } : {}),
      ...(stored ? { candidates: stored } : {}),
      notes: files.map(
        ({ purpose, file, rows, rejected }) =>
          `${purpose}: ${rows} rows of ${file}${rejected > 0 ? `, ${rejected} rejected` : ''}`,
      ),
    },
    rejects,
    rejected: files.reduce((sum, file) => sum + file.rejected, 0),
    files,
  }
}
