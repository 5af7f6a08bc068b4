import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idsOf } from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDataset } from '../read.js'
import { npyMatrix } from '../vectors/npy.js'
import { readEntityTable } from './columns.js'
import { npyBytes } from './npy.js'
import { type TableBlock, writeTable } from './write.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-tables-'))
})
afterAll(() => rm(folder, { recursive: true }))

const columns = [
  { name: 'user', type: 'text' },
  { name: 'item', type: 'text' },
  { name: 'rank', type: 'integer' },
  { name: 'score', type: 'float' },
] as const

/** 5,000 rows in blocks of 3,000: more than DuckDB takes at once. */
async function* blocks(): AsyncGenerator<TableBlock> {
  for (const [from, count] of [
    [0, 3000],
    [3000, 2000],
  ] as const) {
    const rows = Array.from({ length: count }, (_, row) => from + row)
    yield [
      rows.map((row) => `u "${row}",\n`),
      rows.map((row) => (row === 7 ? null : `i${row}`)),
      rows,
      rows.map((row) => (row === 8 ? null : row / 8)),
    ]
  }
}

test.each(['csv', 'tsv', 'jsonl', 'parquet'])('a table written as %s is read again, in order', async (extension) => {
  const path = join(folder, `t.${extension}`)
  expect(await writeTable(path, columns, blocks())).toBe(5000)
  const { dataset, rejected } = await readDataset(path, { limit: 1 })
  // the row without an item is rejected
  expect(rejected).toBe(1)
  const { events, users } = dataset
  expect(events.count).toBe(4999)
  expect(users.ids.at(events.user[6]!)).toBe('u "6",\n')
  const score = events.columns.get('score')!
  expect(score.kind === 'number' && [...score.values.subarray(6, 9)]).toEqual([0.75, Number.NaN, 9 / 8])
  expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.tmp'))
})

test('an extension that is none of a table is refused, and so is a folder that does not exist', async () => {
  await expect(writeTable(join(folder, 't.xls'), columns, blocks())).rejects.toThrow('expected .csv, .tsv, .jsonl')
  await expect(writeTable(join(folder, 'none', 't.csv'), columns, blocks())).rejects.toThrow()
})

test('a matrix as .npy is a matrix of its shape', async () => {
  const path = join(folder, 'v.npy')
  const values = Float32Array.of(1, 2, 3, 4, 5, 6)
  await writeFile(path, npyBytes(values, 3))
  const { start, rows, dim, type, byColumn } = await npyMatrix(path)
  expect([rows, dim, type, byColumn, start % 64]).toEqual([2, 3, 'F32', false, 0])
  const bytes = await readFile(path)
  expect([...new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))]).toEqual([
    ...values,
  ])
})

test('a table of items has its cells in the order of known ids', async () => {
  const path = join(folder, 'items.csv')
  await writeFile(path, 'id,year,genre\nb,2000,war\nz,1,none\na,1990,\n')
  const { columns } = await readEntityTable(path, 'items', idsOf(['a', 'b', 'c']))
  expect(columns.get('year')).toEqual({ kind: 'number', values: Float64Array.of(1990, 2000, Number.NaN) })
  const genre = columns.get('genre')!
  expect(genre.kind === 'text' && Array.from(genre.codes, (code) => genre.values[code])).toEqual([
    undefined,
    'war',
    undefined,
  ])
})
