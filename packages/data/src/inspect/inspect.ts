import { fileEntry, type Purpose, plainFormat } from '../document/entries.js'
import type { DataDocument } from '../document/schema.js'
import { DataError } from '../error.js'
import { readBytes } from '../files/bytes.js'
import { openDatabase, queryRows } from '../files/duckdb.js'
import { openFile } from '../files/open.js'
import { checkFile } from '../files/path.js'
import { guessDialect, guessEncoding } from './dialect.js'

/** What a column of a file seems to hold, by its first rows. */
export interface InspectedColumn {
  readonly name: string
  /** Cells that are not empty, and how many different ones. */
  readonly cells: number
  readonly distinct: number
  /** `number`, `time` (dates as text) or `text`. */
  readonly kind: 'number' | 'time' | 'text'
  /** Numbers that are whole. */
  readonly whole: boolean
  /** Least and greatest number, or time in seconds since 1970; absent for text. */
  readonly range?: readonly [least: number, greatest: number]
}

/** A file as it seems to be written, with its columns. */
export interface InspectedFile {
  /** What an entry of a data document must say of it beside `file`. */
  readonly format: Pick<NonNullable<DataDocument['users']>, 'delimiter' | 'header' | 'encoding'>
  /** Whether the columns have names of their own. */
  readonly named: boolean
  readonly why: string
  /** Rows that were looked at. */
  readonly rows: number
  readonly columns: readonly InspectedColumn[]
}

/** Bytes from which the format is guessed, lines of them, and rows from which contents are. */
const HEAD = 2 ** 20
const LINES = 1000
const ROWS = 200_000

const headOf = async (path: string): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of readBytes(path)) {
    pieces.push(piece)
    size += piece.length
    if (size > HEAD) return { bytes: Buffer.concat(pieces).subarray(0, HEAD), whole: false }
  }
  return { bytes: Buffer.concat(pieces), whole: true }
}

const linesOf = (bytes: Buffer, whole: boolean, encoding: string): readonly string[] => {
  const label = encoding === 'utf-16' && bytes[0] === 0xfe ? 'utf-16be' : encoding
  const lines = new TextDecoder(label).decode(bytes).split(/\r?\n/)
  return (whole ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== '').slice(0, LINES)
}

const formatOf = async (path: string) => {
  const { delimiter: usual, format } = plainFormat(path)
  if (format !== 'delimited') return { format: {}, named: true, why: 'the file names its columns' }
  const { bytes, whole } = await headOf(path)
  const encoding = guessEncoding(bytes)
  const lines = linesOf(bytes, whole, encoding)
  if (lines.length === 0) throw new DataError('nothing-left', 'no rows', { file: path })
  const { delimiter, header, why } = guessDialect(lines, usual)
  return {
    format: {
      ...(delimiter === usual ? {} : { delimiter }),
      ...(header ? {} : { header }),
      ...(encoding === 'latin1' ? { encoding } : {}),
    },
    named: header,
    why,
  }
}

/**
 * Looks at a file of rows: how it is written, and what its columns seem to hold. Throws a `DataError` where it cannot
 * be read.
 */
export const inspectFile = async (path: string, purpose: Purpose): Promise<InspectedFile> => {
  await checkFile(path)
  const { format, named, why } = await formatOf(path)
  const database = await openDatabase('512MB')
  try {
    const file = await openFile(database, fileEntry(purpose, { file: path, ...format }, '.'))
    const cells = file.columns.map((_, index) => `${file.text(index)} AS t${index}`)
    await queryRows(
      database,
      `CREATE TEMP TABLE sample AS SELECT ${cells.join(', ')} FROM ${file.relation} WHERE ${file.validRow} LIMIT ${ROWS}`,
      path,
    )
    const columns: InspectedColumn[] = []
    for (const [index, name] of file.columns.entries()) columns.push(await inspectColumn(name, `t${index}`))
    const [[rows]] = (await queryRows(database, 'SELECT count(*)::DOUBLE FROM sample', path)) as [[number]]
    return { format, named, why, rows, columns }
  } finally {
    await database.close()
  }

  async function inspectColumn(name: string, cell: string): Promise<InspectedColumn> {
    const sql =
      'SELECT count(t)::DOUBLE, count(DISTINCT t)::DOUBLE, count(n)::DOUBLE, count(*) FILTER (WHERE n = floor(n))::DOUBLE, ' +
      'min(n), max(n), count(d)::DOUBLE, min(d), max(d), ' +
      // codes such as 007 are text
      "count(*) FILTER (WHERE regexp_matches(t, '^\\s*[-+]?(0[0-9]|[0-9]{16,}\\s*$)'))::DOUBLE FROM " +
      '(SELECT t, CASE WHEN isfinite(number) THEN number END AS n, epoch(try_cast(t AS TIMESTAMP)) AS d FROM ' +
      `(SELECT nullif(trim(${cell}), '') AS t, try_cast(${cell} AS DOUBLE) AS number FROM sample))`
    const [[cells, distinct, numbers, wholes, least, most, times, first, last, codes]] = (await queryRows(
      database,
      sql,
      path,
    )) as [[number, number, number, number, number, number, number, number, number, number]]
    const enough = (count: number) => cells > 0 && count >= 0.9 * cells
    const kind = enough(numbers) && codes === 0 ? 'number' : enough(times) ? 'time' : 'text'
    const range = kind === 'number' ? ([least, most] as const) : kind === 'time' ? ([first, last] as const) : undefined
    return { name, cells, distinct, kind, whole: wholes === numbers, ...(range ? { range } : {}) }
  }
}
