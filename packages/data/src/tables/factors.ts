import { DataError } from '../error.js'
import { type Database, openDatabase, sqlString, streamBlocks } from '../files/duckdb.js'

/**
 * Reads rows that an engine wrote as Parquet with the columns id and features (a list of `dim` numbers) into `values`
 * [rows, dim]; resolves to the number of rows read. `path` may be a pattern. Throws a `DataError` where an id is no row
 * or a list has another length.
 */
export const readFactors = async (path: string, dim: number, values: Float32Array): Promise<number> => {
  const database: Database = await openDatabase('1GB')
  const rows = values.length / dim
  const fail = (message: string) => new DataError('vectors', message, { file: path })
  try {
    const source = `read_parquet(${sqlString(path)})`
    let count = 0
    for await (const block of streamBlocks(database, `SELECT id::DOUBLE, len(features)::DOUBLE FROM ${source}`, path)) {
      const [ids, sizes] = [block.numbers(0).values, block.numbers(1).values]
      for (let row = 0; row < block.count; row++) {
        if (!(ids[row]! >= 0 && ids[row]! < rows)) throw fail(`id ${ids[row]} is none of ${rows} rows`)
        if (sizes[row] !== dim) throw fail(`id ${ids[row]} has ${sizes[row]} numbers, expected ${dim}`)
      }
      count += block.count
    }
    const flat = `SELECT id::DOUBLE, unnest(range(${dim}))::DOUBLE, unnest(features)::DOUBLE FROM ${source}`
    for await (const block of streamBlocks(database, flat, path)) {
      const [ids, columns, numbers] = [0, 1, 2].map((column) => block.numbers(column).values) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      for (let at = 0; at < block.count; at++) values[ids[at]! * dim + columns[at]!] = numbers[at]!
    }
    return count
  } finally {
    await database.close()
  }
}
