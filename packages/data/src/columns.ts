import { type Engine, rows } from './duckdb.js'
import { DataError } from './error.js'
import type { Source } from './source.js'

/** A column of a file by its place, and what it holds. */
export interface Field {
  readonly index: number
  readonly name: string
  readonly kind: 'text' | 'number'
}

/** The place of a column given by name or position; `undefined` where an optional one is not there. */
export const place = (source: Source, role: string | number | undefined, otherwise: string): number | undefined => {
  const { columns, table } = source
  const wanted = role ?? otherwise
  const index = typeof wanted === 'number' ? wanted - 1 : columns.indexOf(wanted)
  if (index >= 0 && index < columns.length) return index
  if (role === undefined) return undefined
  throw new DataError('columns-missing', `missing column "${role}", found ${columns.join(', ')}`, { file: table.path })
}

/** Throws where two columns have one name. */
export const distinct = ({ columns, table }: Source): void => {
  const twice = columns.find((name, index) => columns.indexOf(name) !== index)
  if (twice !== undefined)
    throw new DataError('columns', `duplicate column "${twice}"`, {
      file: table.path,
      hint: 'name the columns in the data document: "columns": [ … ]',
    })
}

/**
 * What the columns beside `taken` hold. A column is a number when the first 20,480 rows say so: at least `share` of its cells
 * are numbers, none with a leading zero or with more digits than a double has.
 */
export const fields = async (
  engine: Engine,
  source: Source,
  taken: ReadonlySet<number>,
  share: number,
): Promise<Field[]> => {
  const { columns, table } = source
  const places = columns.map((_, index) => index).filter((index) => !taken.has(index))
  for (const name of table.types.keys())
    if (!columns.includes(name))
      throw new DataError('columns-missing', `missing column "${name}" of "types", found ${columns.join(', ')}`, {
        file: table.path,
      })
  if (places.length === 0) return []
  const counts = places.flatMap((index) => [
    `count(${source.text(index)})::DOUBLE`,
    `count(*) FILTER (WHERE isnan(${source.number(index)}))::DOUBLE`,
    `count(*) FILTER (WHERE regexp_matches(${source.text(index)}, '^\\s*[-+]?(0[0-9]|[0-9]{16,}\\s*$)'))::DOUBLE`,
  ])
  const [found] = (await rows(
    engine,
    `SELECT ${counts.join(', ')} FROM (SELECT * FROM ${source.relation} WHERE ${source.trusted} LIMIT 20480)`,
  )) as [number[]]
  return places.map((index, order) => {
    const [cells, texts, codes] = found.slice(3 * order) as [number, number, number]
    const numeric = cells > 0 && codes === 0 && cells - texts >= share * cells
    return { index, name: columns[index]!, kind: table.types.get(columns[index]!) ?? (numeric ? 'number' : 'text') }
  })
}
