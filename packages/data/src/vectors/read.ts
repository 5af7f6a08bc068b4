import type { Vectors } from '@recspec/core'
import { vocabulary } from '../columns/vocabulary.js'
import type { VectorsEntry } from '../document/named.js'
import { DataError } from '../error.js'
import type { Database } from '../files/duckdb.js'
import { openFile } from '../files/open.js'
import { total } from '../rejects.js'
import { readIds } from './ids.js'
import { type Matrix, readMatrix } from './matrix.js'
import { npyMatrix } from './npy.js'
import { safetensorsMatrix } from './safetensors.js'
import { readTable } from './table.js'

/** Every id once, none empty, one a row; and only finite numbers. */
const checked = (source: string, list: readonly string[], { rows, dim, values }: Matrix): Vectors => {
  const fail = (message: string, code: 'vectors' | 'duplicate-ids' = 'vectors') =>
    new DataError(code, message, { file: source })
  if (rows === 0 || dim === 0) throw fail(`no numbers, its shape is [${rows}, ${dim}]`)
  if (list.length !== rows) throw fail(`expected an id for each of ${rows} rows, got ${list.length} ids`)
  const ids = vocabulary()
  list.forEach((id, row) => {
    if (id.trim() === '') throw fail(`empty id in row ${row + 1}`)
    const index = ids.add(id)
    if (index !== row) throw fail(`duplicate id "${id}" in rows ${index + 1} and ${row + 1}`, 'duplicate-ids')
  })
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at]!)) continue
    const row = Math.floor(at / dim)
    throw fail(
      `row ${row + 1} (id "${list[row]}") has ${values[at]} as number ${(at % dim) + 1}, expected finite numbers`,
    )
  }
  return { dim, ids, values, source }
}

/** Reads pretrained vectors; throws a `DataError` that names the file and the row or id. */
export const readVectors = async (
  database: Database,
  { file, ids, tensor, id, vector }: VectorsEntry,
): Promise<Vectors> => {
  const { path } = file
  if (file.format === 'npy' || file.format === 'safetensors') {
    const place = file.format === 'npy' ? await npyMatrix(path) : await safetensorsMatrix(path, tensor)
    const matrix = await readMatrix(place)
    const list = ids === undefined ? Array.from({ length: matrix.rows }, (_, row) => String(row)) : await readIds(ids)
    return checked(path, list, matrix)
  }
  const table = await openFile(database, file)
  if (total(table.rejects) > 0) {
    const [first] = table.rejects.kept
    throw new DataError('vectors', `rejected a row, ${first!.reason}: ${first!.raw}`, {
      file: path,
      line: first!.line,
    })
  }
  const read = await readTable(database, table, id, vector)
  return checked(path, read.ids, read.matrix)
}
