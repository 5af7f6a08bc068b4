import { DataError, listNames } from '../error.js'
import { type Database, queryRows } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import { numberColumns } from './stream.js'

/** A column of a file by its index, and what it holds. */
export interface TypedColumn {
  readonly index: number
  readonly name: string
  readonly kind: 'text' | 'number'
}

const missing = ({ columns, entry }: DataFile, what: string): DataError =>
  new DataError('columns-missing', `missing column ${what}, found ${listNames(columns)}`, { file: entry.path })

/**
 * The index of a column given by name, or by position from 1; undefined where none is given and `defaultName` does not
 * exist.
 */
export const columnIndex = (
  file: DataFile,
  given: string | number | undefined,
  defaultName: string,
): number | undefined => {
  const wanted = given ?? defaultName
  const index = typeof wanted === 'number' ? wanted - 1 : file.columns.indexOf(wanted)
  if (index >= 0 && index < file.columns.length) return index
  if (given === undefined) return undefined
  throw missing(file, JSON.stringify(given))
}

/** Throws where two columns have one name. */
export const checkDistinct = ({ columns, entry }: DataFile): void => {
  const seen = new Set<string>()
  for (const name of columns) {
    if (seen.has(name))
      throw new DataError('columns', `duplicate column "${name}"`, {
        file: entry.path,
        hint: 'name the columns in the data document: "columns": [ … ]',
      })
    seen.add(name)
  }
}

/** Throws where two roles have one column. */
export const checkRoles = ({ columns, entry }: DataFile, roles: Readonly<Record<string, number | undefined>>): void => {
  const taken = new Map<number, string>()
  for (const [role, index] of Object.entries(roles)) {
    if (index === undefined) continue
    const other = taken.get(index)
    if (other !== undefined)
      throw new DataError('columns', `invalid column "${columns[index]}", it is both "${other}" and "${role}"`, {
        file: entry.path,
        hint: `give "${other}" and "${role}" a column each`,
      })
    taken.set(index, role)
  }
}

/**
 * What the columns that are not `taken` hold. A column is a number when the first 20,480 rows say so: at least `share`
 * of its cells are numbers, and none has a leading zero or more digits than a double.
 */
export const detectTypes = async (
  database: Database,
  file: DataFile,
  taken: ReadonlySet<number>,
  share: number,
): Promise<TypedColumn[]> => {
  const { columns, entry } = file
  const indices = columns.map((_, index) => index).filter((index) => !taken.has(index))
  const known = new Set(columns)
  for (const name of entry.types.keys()) if (!known.has(name)) throw missing(file, `"${name}" of "types"`)
  if (indices.length === 0) return []
  const sample = `(SELECT * FROM ${file.relation} WHERE ${file.validRow} LIMIT 20480)`
  const { relation, numbers } = numberColumns(file, indices, sample)
  const texts = indices.map((index) => file.text(index))
  const counts = (await queryRows(
    database,
    'SELECT count(cell)::DOUBLE, count(*) FILTER (WHERE isnan(number))::DOUBLE, ' +
      "count(*) FILTER (WHERE regexp_matches(cell, '^\\s*[-+]?(0[0-9]|[0-9]{16,}\\s*$)'))::DOUBLE FROM " +
      `(SELECT unnest([${indices.join(', ')}]) AS place, unnest([${texts.join(', ')}]) AS cell, ` +
      `unnest([${numbers.join(', ')}]) AS number FROM ${relation}) GROUP BY place ORDER BY place`,
    entry.path,
  )) as [cells: number, notNumbers: number, codes: number][]
  return indices.map((index, order) => {
    const [cells, notNumbers, codes] = counts[order] ?? [0, 0, 0]
    const isNumber = cells > 0 && codes === 0 && cells - notNumbers >= share * cells
    return { index, name: columns[index]!, kind: entry.types.get(columns[index]!) ?? (isNumber ? 'number' : 'text') }
  })
}
