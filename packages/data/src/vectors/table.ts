import { columnIndex } from '../columns/types.js'
import type { VectorsEntry } from '../document/named.js'
import { DataError, listNames } from '../error.js'
import { type Database, isPresent, streamBlocks } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import type { Matrix } from './matrix.js'

/** The SQL of a row's numbers as a DOUBLE[]. */
const numbersSql = (file: DataFile, id: number, vector: VectorsEntry['vector']): string => {
  const others = file.columns.map((_, index) => index).filter((index) => index !== id)
  const columns =
    vector === undefined ? others : [vector].flat().map((name) => columnIndex(file, name as string | number, '')!)
  const [first] = columns
  if (first === undefined)
    throw new DataError('columns-missing', `missing columns of numbers, found ${listNames(file.columns)}`, {
      file: file.entry.path,
    })
  if (columns.length === 1) return file.list(first)
  return `[${columns.map((column) => `(${file.number(column).convert(file.number(column).cell)})`).join(', ')}]`
}

/** Reads ids and numbers, a row each; every row must have as many numbers as the first. */
export const readTable = async (
  database: Database,
  file: DataFile,
  id: VectorsEntry['id'],
  vector: VectorsEntry['vector'],
): Promise<{ readonly ids: string[]; readonly matrix: Matrix }> => {
  const { columns, relation, validRow, entry } = file
  const key = columnIndex(file, id ?? (columns.includes('id') ? 'id' : 1), '')!
  const numbers = numbersSql(file, key, vector)
  const ids: string[] = []
  let dim = -1
  const fail = (message: string) => new DataError('vectors', message, { file: entry.path })
  const sizes = `SELECT ${file.text(key)}, CASE WHEN ${validRow} THEN coalesce(len(${numbers}), -1) ELSE -2 END::DOUBLE FROM ${relation}`
  for await (const block of streamBlocks(database, sizes, entry.path)) {
    const texts = block.texts(0)
    const { values } = block.numbers(1)
    for (let row = 0; row < block.count; row++) {
      const text = isPresent(texts.valid, row) ? texts.text(row) : ''
      const where = `row ${ids.length + 1}${text === '' ? '' : ` (id "${text}")`}`
      const size = values[row]!
      if (size === -2) throw fail(`${where} is not a JSON object`)
      if (size < 0) throw fail(`${where} has no numbers`)
      if (dim < 0) dim = size
      if (size !== dim) throw fail(`${where} has ${size} numbers, the rows before it have ${dim}`)
      ids.push(text)
    }
  }
  const values = new Float32Array(ids.length * Math.max(0, dim))
  let at = 0
  const flat = `SELECT coalesce(x, 'nan'::DOUBLE) FROM (SELECT unnest(${numbers}) AS x FROM ${relation})`
  for await (const block of streamBlocks(database, flat, entry.path)) {
    values.set(block.numbers(0).values, at)
    at += block.count
  }
  if (at !== values.length) throw fail(`expected ${values.length} numbers, DuckDB read ${at}`)
  return { ids, matrix: { rows: ids.length, dim, values } }
}
