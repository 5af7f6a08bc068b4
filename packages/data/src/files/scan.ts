import { isUtf8 } from 'node:buffer'
import type { Reason } from '../rejects.js'
import { readBytes } from './bytes.js'

/** How bytes are cut into rows and fields; `quote` is empty where there are no quotes. */
export interface Dialect {
  readonly delimiter: string
  readonly quote: string
  readonly encoding: Encoding
}
export type Encoding = 'utf-8' | 'latin1' | 'utf-16'

/** One row of a file, in a window on its text; the same object for every row, so that rows allocate nothing. */
export interface TextRow {
  /** Where it begins: lines from 1; bytes from 0, of the text in UTF-8 without its byte order mark. */
  line: number
  byte: number
  window: Buffer
  start: number
  end: number
  fields: number
  defect: Reason | undefined
}

/** The row's own bytes, without its line end. */
export const bytesOf = (row: TextRow): Buffer => row.window.subarray(row.start, row.end)

/** What `scanRows` found in the whole file. */
export interface Scan {
  readonly lines: number
  /** The text is not UTF-8 with one kind of line end and no blank line, so DuckDB would not read the same rows. */
  readonly irregular: boolean
}

/** The longest row that is read, in bytes. */
export const MAX_ROW_BYTES = 2 ** 21

const NEWLINE = 10
const RETURN = 13

type Mark = 'utf-8' | 'utf-16le' | 'utf-16be'

/** The byte order mark that some bytes begin with, and its length. */
const markOf = (bytes: Buffer): { readonly mark?: Mark; readonly length: number } => {
  const start = bytes.toString('hex', 0, 3)
  if (start === 'efbbbf') return { mark: 'utf-8', length: 3 }
  if (start.startsWith('fffe')) return { mark: 'utf-16le', length: 2 }
  if (start.startsWith('feff')) return { mark: 'utf-16be', length: 2 }
  return { length: 0 }
}

/** A file's bytes after its byte order mark, which is told to `found` before the first of them. */
async function* withoutMark(path: string, found: (mark: Mark | undefined) => void): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0)
  const begin = (bytes: Buffer) => {
    const { mark, length } = markOf(bytes)
    start = undefined
    found(mark)
    return bytes.subarray(length)
  }
  for await (const chunk of readBytes(path)) {
    if (!start) yield chunk
    else {
      start = start.length === 0 ? chunk : Buffer.concat([start, chunk])
      if (start.length >= 3) yield begin(start)
    }
  }
  if (start) yield begin(start)
}

/** A file's text as UTF-8, without its byte order mark. */
async function* text(
  path: string,
  encoding: Encoding,
  found: (mark: Mark | undefined) => void,
): AsyncGenerator<Buffer> {
  let mark: Mark | undefined
  let decoder: InstanceType<typeof TextDecoder> | undefined
  const chunks = withoutMark(path, (one) => {
    mark = one
    found(one)
  })
  for await (const chunk of chunks) {
    if (encoding === 'utf-16' || mark?.startsWith('utf-16')) {
      decoder ??= new TextDecoder(mark === 'utf-16be' ? 'utf-16be' : 'utf-16le', { ignoreBOM: true })
      yield Buffer.from(decoder.decode(chunk, { stream: true }))
    } else if (encoding === 'latin1') yield Buffer.from(chunk.toString('latin1'))
    else yield chunk
  }
  if (decoder) yield Buffer.from(decoder.decode())
}

/** Visits the rows of a delimited text file in order; blank lines are skipped. Memory does not grow with the file. */
export const scanRows = async (path: string, dialect: Dialect, visit: (row: TextRow) => void): Promise<Scan> => {
  const delimiter = Buffer.from(dialect.delimiter)
  const first = delimiter[0] ?? -1
  const quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0)
  let irregular = dialect.encoding !== 'utf-8'
  let carry: Buffer = Buffer.alloc(0)
  let line = 1
  let byte = 0
  let returns = 0
  let rows = 0
  let skipping = false // the rest of an oversize line
  const row: TextRow = { line, byte, window: carry, start: 0, end: 0, fields: 0, defect: undefined }

  /** Visits the complete rows of the window; returns where the first incomplete one starts. */
  const take = (window: Buffer, last: boolean): number => {
    const valid = isUtf8(window.subarray(0, last ? window.length : window.lastIndexOf(NEWLINE) + 1))
    let at = 0
    if (skipping) {
      const end = window.indexOf(NEWLINE)
      if (end < 0) return window.length
      skipping = false
      line++
      at = end + 1
    }
    while (at < window.length) {
      let fields = 1
      let lines = 0
      let defect: Reason | undefined
      let quoted = false
      let closed = false // a quoted field has ended; only a delimiter may follow
      let fieldStart = true // at the first byte of a field
      let end = at
      for (; end < window.length; end++) {
        const code = window[end]!
        if (quoted) {
          if (code === quote) {
            if (window[end + 1] === quote) end++
            else {
              quoted = false
              closed = true
            }
          } else if (code === NEWLINE) lines++
          else if (code === 0) defect = 'control'
          continue
        }
        if (code === NEWLINE) break
        if (
          code === first &&
          (delimiter.length === 1 || window.subarray(end, end + delimiter.length).equals(delimiter))
        ) {
          fields++
          end += delimiter.length - 1
          fieldStart = true
          closed = false
          continue
        }
        if (code === quote && fieldStart) quoted = true
        else if (code === 0) defect = 'control'
        else if (code === RETURN) {
          if (end + 1 < window.length && window[end + 1] !== NEWLINE) defect = 'control'
        } else if (closed) defect ??= 'quote'
        fieldStart = false
      }
      const complete = end < window.length || (last && !quoted)
      if (!complete && !last && end - at <= MAX_ROW_BYTES) return at
      if (quoted) {
        // a quote that never closes rejects its own line only
        const stop = window.indexOf(NEWLINE, at)
        end = stop < 0 ? window.length : stop
        lines = 0
        defect = 'quote'
      } else if (end - at > MAX_ROW_BYTES) {
        defect = 'oversize'
        skipping = !complete
      }
      let close = end
      if (close > at && window[close - 1] === RETURN) {
        returns++
        close--
      }
      if (close === at) {
        irregular = true
        if (close < end) returns--
      } else {
        if (defect === undefined && !valid && !isUtf8(window.subarray(at, close))) defect = 'unicode'
        if (defect !== undefined) irregular = true
        rows++
        row.line = line
        row.byte = byte + at
        row.window = window
        row.start = at
        row.end = close
        row.fields = fields
        row.defect = defect
        visit(row)
      }
      line += lines + (end < window.length ? 1 : 0)
      at = end + 1
    }
    return Math.min(at, window.length)
  }

  const chunks = text(path, dialect.encoding, (mark) => {
    irregular ||= mark !== undefined
  })
  for await (const chunk of chunks) {
    const window = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk
    const done = take(window, false)
    carry = Buffer.from(window.subarray(done))
    byte += done
  }
  if (carry.length > 0) take(carry, true)
  return { lines: line, irregular: irregular || (returns > 0 && returns < rows) }
}
