import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../error.js'
import { excerpt, noRejects, type Reason, type Rejects, reject } from '../rejects.js'
import { isGzip } from './bytes.js'
import { type Database, sqlString } from './duckdb.js'
import type { RejectedRow } from './file.js'
import { checkFile, sqlPath } from './path.js'
import { bytesOf, type Dialect, scanRows, type TextRow } from './scan.js'

/** A text file as DuckDB is to read it: every row has `width` fields. */
export interface TextFile {
  /** The file itself, or a clean copy of it. */
  readonly path: string
  /** Whether the first line of `path` is the header. */
  readonly hasHeader: boolean
  readonly header?: { readonly line: number; readonly names: readonly string[] }
  readonly width: number
  readonly rows: number
  readonly wellFormed: number
  readonly rejects: Rejects
  reportRejects(rows: readonly RejectedRow[]): Promise<void>
}

/** How a text file is opened. */
export interface TextOptions extends Dialect {
  /** Whether the first row is a header; undefined: where it equals `columns`. */
  readonly header?: boolean | undefined
  readonly columns?: readonly string[] | undefined
  /** Fields of every row; default those of the first row. */
  readonly width?: number
}

export const LATIN1_HINT = 'if the text is Latin-1, say so in a data document: "encoding": "latin1"'

/** The fields of one row as text, quotes removed. */
const fieldsOf = (row: TextRow, { delimiter, quote }: Dialect): string[] => {
  const text = bytesOf(row).toString('utf8')
  const fields: string[] = []
  for (let at = 0; at <= text.length; ) {
    let field = ''
    if (quote !== '' && text[at] === quote) {
      let end = at + 1
      for (; end < text.length; end++) {
        if (text[end] !== quote) field += text[end]
        else if (text[end + 1] === quote) field += text[end++]
        else break
      }
      at = end + 1
    }
    const stop = text.indexOf(delimiter, at)
    fields.push(field + text.slice(at, stop < 0 ? undefined : stop))
    if (stop < 0) break
    at = stop + delimiter.length
  }
  return fields
}

/** Copies the rows to keep of a file, in UTF-8 with plain line ends. */
const writeCleanCopy = async (
  path: string,
  dialect: Dialect,
  copy: string,
  keep: (row: TextRow) => boolean,
): Promise<void> => {
  const file = openSync(copy, 'w')
  let pending: Buffer[] = []
  let size = 0
  const flush = () => {
    writeSync(file, Buffer.concat(pending))
    pending = []
    size = 0
  }
  try {
    await scanRows(path, dialect, (row) => {
      if (!keep(row)) return
      pending.push(Buffer.from(bytesOf(row)), Buffer.from('\n'))
      size += row.end - row.start
      if (size > 2 ** 20) flush()
    })
    flush()
  } finally {
    closeSync(file)
  }
}

let copies = 0

/**
 * Scans a text file, counts its rows and rejects those with another number of fields than the first, or with bytes that
 * no row may have. Where the rest is not plain, a clean copy is made, so that DuckDB reads exactly the rows counted
 * here.
 */
export const openTextFile = async (database: Database, path: string, options: TextOptions): Promise<TextFile> => {
  await checkFile(path)
  const rejects = noRejects()
  let header: TextFile['header']
  let width = options.width
  let rows = 0
  const defectOf = (row: TextRow): Reason | undefined => {
    width ??= row.fields
    return (
      row.defect ?? (row.fields === width ? undefined : row.fields < width ? 'too-few-columns' : 'too-many-columns')
    )
  }
  const isHeader = (row: TextRow): boolean => {
    if (header || rows > 0 || options.header === false) return false
    if (options.header) return true
    const { columns } = options
    return (
      row.defect === undefined &&
      row.fields === columns?.length &&
      fieldsOf(row, options).every((name, index) => name.trim() === columns[index]!.trim())
    )
  }
  let bad = 0
  const scan = await scanRows(path, options, (row) => {
    if (isHeader(row)) {
      if (row.defect)
        throw new DataError('unreadable', `invalid header: ${row.defect}`, {
          file: path,
          line: row.line,
          ...(row.defect === 'unicode' ? { hint: LATIN1_HINT } : {}),
        })
      header = { line: row.line, names: fieldsOf(row, options).map((name) => name.trim()) }
      width = row.fields
      return
    }
    rows++
    const reason = defectOf(row)
    if (!reason) return
    bad++
    reject(rejects, { file: path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) })
  })
  if (!header && rows === 0) throw new DataError('file-empty', `empty file "${path}"`, { file: path })

  const copy = join(database.folder, `${++copies}.csv`)
  const plain = !scan.irregular && bad === 0
  const headerLine = header?.line
  const isKept = (row: TextRow) => row.line !== headerLine && defectOf(row) === undefined
  if (!plain) await writeCleanCopy(path, options, copy, isKept)
  return {
    path: plain ? path : copy,
    hasHeader: plain && header !== undefined,
    ...(header ? { header } : {}),
    width: width ?? 0,
    rows,
    wellFormed: rows - bad,
    rejects,
    reportRejects: async (rejected) => {
      if (rejected.length === 0) return
      const wanted = new Map(rejected.map((one) => [one.row, one]))
      let kept = 0
      await scanRows(path, options, (row) => {
        if (!isKept(row)) return
        const found = wanted.get(kept++)
        if (!found) return
        const { reason, column } = found
        const where = { file: path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) }
        reject(rejects, column === undefined ? where : { ...where, column })
      })
    },
  }
}

/** The relation of such a file, with columns c0, c1, …, all text; its name says nothing about its format. */
export const csvRelation = async (
  database: Database,
  file: TextFile,
  { delimiter, quote }: Pick<Dialect, 'delimiter' | 'quote'>,
): Promise<string> => {
  const columns = Array.from({ length: file.width }, (_, index) => `c${index}: 'VARCHAR'`)
  return (
    `read_csv(${await sqlPath(database, file.path)}, auto_detect = false, header = ${file.hasHeader}, ` +
    `delim = ${sqlString(delimiter)}, quote = ${sqlString(quote)}, escape = ${sqlString(quote)}, comment = '', ` +
    `compression = '${isGzip(file.path) ? 'gzip' : 'none'}', hive_partitioning = false, max_line_size = 4194304, columns = {${columns.join(', ')}})`
  )
}
