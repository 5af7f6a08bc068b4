import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, uniform } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DataError } from '../error.js'
import { readDataset } from '../read.js'
import { openDatabase } from './duckdb.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-parquet-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = async (path: string, select: string) => {
  const database = await openDatabase('256MB')
  await database.connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  await database.close()
}

test('a damaged file is a DataError, or its rows are all accepted or rejected', async () => {
  const path = join(folder, 'whole.parquet')
  await write(
    path,
    `SELECT 'u' || (i % 7) AS "user", 'item number ' || (i % 5) AS item, (i % 5)::FLOAT AS rating, i AS "time",
      [i, i + 1] AS tags FROM range(600) rows(i)`,
  )
  const whole = await readFile(path)
  const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8)
  const damaged = [
    ...Array.from({ length: 12 }, (_, part) => whole.subarray(0, Math.floor((whole.length * part) / 12))),
    ...Array.from({ length: 60 }, (_, index) => {
      // two of three in the footer
      const draws = key(7, index)
      const from = index % 3 === 0 ? 0 : footer
      const copy = Buffer.from(whole)
      copy[from + Math.floor(uniform(draws, 0) * (whole.length - from))]! ^= 1 << Math.floor(8 * uniform(draws, 1))
      return copy
    }),
  ]
  const file = join(folder, 'damaged.parquet')
  let refused = 0
  for (const bytes of damaged) {
    await writeFile(file, bytes)
    const found = await readDataset(file, { limit: 1 }).catch((error) => error)
    if (found instanceof Error) {
      expect(found).toBeInstanceOf(DataError)
      expect((found as DataError).file).toBe(file)
      refused++
      continue
    }
    expect(found.files[0].rows).toBe(600)
    expect(found.dataset.events.count + found.rejected).toBe(600)
  }
  expect(refused).toBeGreaterThan(24)
  expect(refused).toBeLessThan(damaged.length)
})

test('"columns" of another number than the file has are refused', async () => {
  await write(join(folder, 'three.parquet'), 'SELECT 1 AS a, 2 AS b, 3 AS c')
  const document = join(folder, 'three.json')
  await writeFile(document, '{ "events": { "file": "three.parquet", "columns": ["user", "item"] } }')
  await expect(readDataset(document)).rejects.toMatchObject({
    code: 'columns',
    message: 'expected 2 columns, got 3: a, b, c',
  })
})

test('hundreds of columns are numbers, text and times like a few', async () => {
  const path = join(folder, 'wide.parquet')
  const columns = Array.from(
    { length: 120 },
    (_, index) =>
      [`${index}.5::DOUBLE`, `${index}`, `'t${index}'`, `TIMESTAMP '1970-01-02'`, `'nan'::FLOAT`, `'${index}'`][
        index % 6
      ],
  )
  await write(
    path,
    `SELECT 'u' AS "user", 'i' AS item, ${columns.map((sql, index) => `${sql} AS c${index}`).join(', ')}`,
  )
  const kinds = (events: { columns: ReadonlyMap<string, { kind: string }> }) =>
    Array.from({ length: 120 }, (_, index) => events.columns.get(`c${index}`)!.kind)
  const narrow = columns.map((sql, index) => (index % 6 === 4 ? '1' : sql))
  await write(
    path,
    `SELECT 'u' AS "user", 'i' AS item, ${narrow.map((sql, index) => `${sql} AS c${index}`).join(', ')}`,
  )
  const { events } = (await readDataset(path)).dataset
  expect(kinds(events).slice(0, 6)).toEqual(['number', 'number', 'text', 'number', 'number', 'number'])
  const value = (name: string) => (events.columns.get(name) as { values: ArrayLike<number> }).values[0]
  expect([value('c114'), value('c115'), value('c117'), value('c119')]).toEqual([114.5, 115, 86_400, 119])
  await write(
    path,
    `SELECT 'u' AS "user", 'i' AS item, ${columns.map((sql, index) => `${sql} AS c${index}`).join(', ')}`,
  )
  const error = await readDataset(path).catch((thrown) => thrown)
  expect([error.code, error.message]).toEqual([
    'nothing-left',
    'no rows left of 1, the first not-finite in column "c4": row 1',
  ])
})
