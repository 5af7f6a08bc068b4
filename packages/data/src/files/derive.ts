import { columnIndex } from '../columns/types.js'
import { DataError } from '../error.js'
import { type Database, queryRows, sqlString } from './duckdb.js'
import { type DataFile, listSql, numberSql, timeSql } from './file.js'

/** A new column: the part of a text column that the group of a regular expression (RE2) matches. */
export interface Derived {
  readonly from: string | number
  readonly match: string
}

/** How many groups that capture a regular expression has. */
export const groupsOf = (pattern: string): number => {
  const plain = pattern.replace(/\\./gs, '').replace(/\[\^?\]?[^\]]*\]/g, '')
  return plain.match(/\((?!\?)|\(\?P?</g)?.length ?? 0
}

/** Throws unless the expression is one of RE2, which takes time linear in the text, with one group. */
const checkPattern = async (database: Database, name: string, match: string): Promise<void> => {
  const fail = (reason: string) => new DataError('document', `invalid "match" of "${name}": ${reason}`)
  await queryRows(database, `SELECT regexp_extract('', ${sqlString(match)}, 0)`, '').catch((error) => {
    throw fail(String(error.message).replace(/^unreadable file: /, ''))
  })
  const groups = groupsOf(match)
  if (groups !== 1) throw fail(`expected one group in parentheses, got ${groups}; (?:…) is no group`)
}

/** How many rows are read to see whether an expression matches at all. */
const SAMPLE = 20_480

/** A file with its derived columns after its own; a cell that does not match is missing. */
export const withDerived = async (database: Database, file: DataFile): Promise<DataFile> => {
  const derived = [...(file.entry.derive ?? [])]
  if (derived.length === 0) return file
  const own = file.columns.length
  const cell = (index: number) => `"derived ${index - own}"`
  const parts: string[] = []
  for (const [place, [name, { from, match }]] of derived.entries()) {
    await checkPattern(database, name, match)
    const source = file.text(columnIndex(file, from, '')!)
    const part = `nullif(regexp_extract(${source}, ${sqlString(match)}, 1), '')`
    parts.push(`${part} AS ${cell(own + place)}`)
    if (file.entry.purpose === 'test') continue
    const sample = `(SELECT ${source} AS source, ${part} AS part FROM ${file.relation} WHERE ${file.validRow} LIMIT ${SAMPLE})`
    const [[matches, example]] = (await queryRows(
      database,
      `SELECT count(part)::DOUBLE, first(source) FILTER (WHERE source IS NOT NULL) FROM ${sample}`,
      file.entry.path,
    )) as [[number, string | null]]
    if (matches === 0)
      throw new DataError(
        'columns',
        `no cell of column ${JSON.stringify(from)} matches ${JSON.stringify(match)} of "${name}"${example === null ? '' : `, the first is "${example.slice(0, 80)}"`}`,
        { file: file.entry.path },
      )
  }
  return {
    ...file,
    columns: [...file.columns, ...derived.map(([name]) => name)],
    relation: `(SELECT *, ${parts.join(', ')} FROM ${file.relation})`,
    text: (index) => (index < own ? file.text(index) : cell(index)),
    number: (index) => (index < own ? file.number(index) : { cell: cell(index), convert: numberSql }),
    time: (index) => (index < own ? file.time(index) : timeSql(cell(index))),
    list: (index) => (index < own ? file.list(index) : listSql(cell(index))),
  }
}
