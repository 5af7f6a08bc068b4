import { closeSync, openSync, writeSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from './duckdb.js'
import { DataError } from './error.js'
import { bytesOf, type Dialect, eachRow, type Row } from './records.js'
import { excerpt, noRejects, type Reason, type Rejects, reject } from './reject.js'
import type { Refusal } from './source.js'

/** A text file whose rows all have the same number of fields, ready for a plain reader. */
export interface Lines {
  /** The file itself, or a cleaned copy of it. */
  readonly path: string
  /** The first line of `path` is the header. */
  readonly headed: boolean
  readonly header?: Row & { readonly fieldTexts: readonly string[] }
  readonly width: number
  readonly rows: number
  readonly sound: number
  readonly rejects: Rejects
  explain(refusals: readonly Refusal[]): Promise<void>
}

/** Throws unless there is a file with something in it. */
export const present = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => undefined)
  if (!found) throw new DataError('file-missing', `missing file "${file}"`, { file })
  if (!found.isFile()) throw new DataError('unreadable', `expected a file, got a folder "${file}"`, { file })
  if (found.size === 0) throw new DataError('file-empty', `empty file "${file}"`, { file })
}

/** The fields of one row as text, quotes removed. */
export const fieldsOf = (row: Row, { delimiter, quote }: Dialect): string[] => {
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

/** One copy of a file's sound rows in UTF-8 with plain line ends. */
const clean = async (path: string, dialect: Dialect, copy: string, keep: (row: Row) => boolean): Promise<void> => {
  const file = openSync(copy, 'w')
  let pending: Buffer[] = []
  let size = 0
  const flush = () => {
    writeSync(file, Buffer.concat(pending))
    pending = []
    size = 0
  }
  try {
    await eachRow(path, dialect, (row) => {
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
 * Reads a text file through once, counts its rows and refuses those that have another number of fields than the first, or
 * bytes no row may have. Where the rest is not plain, a clean copy is made, so that the engine sees exactly the rows counted here.
 */
export const openLines = async (
  engine: Engine,
  path: string,
  dialect: Dialect & { readonly header: boolean; readonly width?: number },
): Promise<Lines> => {
  await present(path)
  const rejects = noRejects()
  let header: Lines['header']
  let width = dialect.width
  let rows = 0
  const flaw = (row: Row): Reason | undefined => {
    width ??= row.fields
    return row.flaw ?? (row.fields === width ? undefined : row.fields < width ? 'too-few-columns' : 'too-many-columns')
  }
  let bad = 0
  const shape = await eachRow(path, dialect, (row) => {
    if (dialect.header && !header) {
      if (row.flaw) throw new DataError('unreadable', `invalid header: ${row.flaw}`, { file: path, line: row.line })
      header = { ...row, window: Buffer.alloc(0), fieldTexts: fieldsOf(row, dialect) }
      width = row.fields
      return
    }
    rows++
    const reason = flaw(row)
    if (!reason) return
    bad++
    reject(rejects, { file: path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) })
  })
  if (!header && rows === 0) throw new DataError('file-empty', `empty file "${path}"`, { file: path })

  const copy = join(engine.folder, `${++copies}.csv`)
  const plain = !shape.odd && bad === 0
  const headerLine = header?.line
  if (!plain) await clean(path, dialect, copy, (row) => row.line !== headerLine && flaw(row) === undefined)
  return {
    path: plain ? path : copy,
    headed: plain && dialect.header,
    ...(header ? { header } : {}),
    width: width ?? 0,
    rows,
    sound: rows - bad,
    rejects,
    explain: async (refusals) => {
      if (refusals.length === 0) return
      const wanted = new Map(refusals.map((refusal) => [refusal.row, refusal]))
      let sound = 0
      await eachRow(path, dialect, (row) => {
        if (row.line === headerLine || flaw(row) !== undefined) return
        const refusal = wanted.get(sound++)
        if (!refusal) return
        const { reason, column } = refusal
        const where = { file: path, line: row.line, byte: row.byte, reason, raw: excerpt(bytesOf(row)) }
        reject(rejects, column === undefined ? where : { ...where, column })
      })
    },
  }
}

/** The relation of such a file, with columns c0, c1, …, all text. */
export const relation = (lines: Lines, { delimiter, quote }: Dialect): string => {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const columns = Array.from({ length: lines.width }, (_, index) => `c${index}: 'VARCHAR'`)
  return (
    `read_csv(${text(lines.path)}, auto_detect = false, header = ${lines.headed}, delim = ${text(delimiter)}, ` +
    `quote = ${text(quote)}, escape = ${text(quote)}, comment = '', max_line_size = 4194304, columns = {${columns.join(', ')}})`
  )
}
