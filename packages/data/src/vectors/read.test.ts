import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../files/duckdb.js'
import { readDataset } from '../read.js'

let folder = ''
let database: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-vectors-'))
  database = await openDatabase('256MB')
  await put('plays.csv', 'user,item\na,x\n')
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const put = async (name: string, content: string | Uint8Array) => {
  await writeFile(join(folder, name), content)
  return name
}

let documents = 0
/** The vectors of an entry, read as a data document names them. */
const read = async (entry: object) => {
  const path = join(folder, `${documents++}.json`)
  await writeFile(path, JSON.stringify({ events: { file: 'plays.csv' }, vectors: { covers: entry } }))
  return (await readDataset(path)).dataset.vectors!.get('covers')!
}
/** Its rows by id. */
const rowsOf = async (entry: object) => {
  const { dim, ids, values } = await read(entry)
  return Object.fromEntries(
    Array.from({ length: ids.count }, (_, row) => [ids.at(row), [...values.subarray(row * dim, (row + 1) * dim)]]),
  )
}
const failure = (entry: object) =>
  read(entry).then(
    () => expect.unreachable(),
    (error) => error,
  )

const npy = (descr: string, shape: string, data: ArrayBufferView, order = 'False') => {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`
  const header = `${text.padEnd(117)}\n`
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header, 'latin1'),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ])
}
const safetensors = (tensors: Record<string, [dtype: string, shape: number[], data: ArrayBufferView]>) => {
  const header: Record<string, unknown> = { __metadata__: { by: 'a test' } }
  let at = 0
  for (const [name, [dtype, shape, data]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const parts = Object.values(tensors).map(([, , data]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  return Buffer.concat([length, text, ...parts])
}
const F32 = Float32Array.of(1, 2, 3, -4, 0.5, 6)
const ROWS = { x: [1, 2, 3], y: [-4, 0.5, 6] }
/** 1, 2, 3, −4, 0.5, 6 in 16 bits. */
const F16 = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0xc400, 0x3800, 0x4600)
const BF16 = Uint16Array.of(0x3f80, 0x4000, 0x4040, 0xc080, 0x3f00, 0x40c0)

test('npy: floats of every width, by row and by column', async () => {
  await put('ids.txt', 'x\ny\n')
  const rows = async (name: string, bytes: Uint8Array) => rowsOf({ file: await put(name, bytes), ids: 'ids.txt' })
  expect(await rows('f4.npy', npy('<f4', '2, 3', F32))).toEqual(ROWS)
  expect(await rows('f8.npy', npy('<f8', '2, 3', Float64Array.from(F32)))).toEqual(ROWS)
  expect(await rows('f2.npy', npy('<f2', '2, 3', F16))).toEqual(ROWS)
  expect(await rows('order.npy', npy('<f4', '2, 3', Float32Array.of(1, -4, 2, 0.5, 3, 6), 'True'))).toEqual(ROWS)
})

test('float16 keeps its smallest and largest numbers', async () => {
  await put('small.npy', npy('<f2', '1, 3', Uint16Array.of(0x0001, 0x8400, 0x7bff)))
  expect(await rowsOf({ file: 'small.npy' })).toEqual({ 0: [2 ** -24, -(2 ** -14), 65504] })
})

test('safetensors: every float, by the name of the tensor or as the only one of two dimensions', async () => {
  await put('ids.txt', 'x\ny\n')
  await put('one.safetensors', safetensors({ bias: ['F32', [1], Float32Array.of(9)], v: ['F32', [2, 3], F32] }))
  await put(
    'many.safetensors',
    safetensors({
      half: ['F16', [2, 3], F16],
      brain: ['BF16', [2, 3], BF16],
      wide: ['F64', [2, 3], Float64Array.from(F32)],
    }),
  )
  expect(await rowsOf({ file: 'one.safetensors', ids: 'ids.txt' })).toEqual(ROWS)
  for (const tensor of ['half', 'brain', 'wide'])
    expect([tensor, await rowsOf({ file: 'many.safetensors', ids: 'ids.txt', tensor })]).toEqual([tensor, ROWS])
  expect((await failure({ file: 'many.safetensors' })).message).toBe(
    'expected one tensor of 2 dimensions, found half [2, 3], brain [2, 3], wide [2, 3]',
  )
  expect((await failure({ file: 'one.safetensors', tensor: 'w' })).message).toBe(
    'missing tensor "w", found bias [1], v [2, 3]',
  )
})

test('ids are rows, lines of text, or an array of strings or whole numbers', async () => {
  await put('v.npy', npy('<f4', '2, 3', F32))
  const ids = async (file?: string) => {
    const { ids } = await read({ file: 'v.npy', ...(file ? { ids: file } : {}) })
    return [ids.at(0), ids.at(1), ids.count]
  }
  expect(await ids()).toEqual(['0', '1', 2])
  expect(await ids(await put('spaces.txt', 'a b,"c"\r\nü\r\n'))).toEqual(['a b,"c"', 'ü', 2])
  expect(await ids(await put('wide.npy', npy('<U2', '2,', Uint32Array.of(0xfc, 0, 0x1f600, 0x61))))).toEqual([
    'ü',
    '😀a',
    2,
  ])
  expect(await ids(await put('bytes.npy', npy('|S2', '2,', Buffer.from('a\0bc'))))).toEqual(['a', 'bc', 2])
  expect(await ids(await put('int.npy', npy('<i4', '2,', Int32Array.of(-7, 7))))).toEqual(['-7', '7', 2])
  expect(await ids(await put('long.npy', npy('<i8', '2,', BigInt64Array.of(9007199254740993n, 1n))))).toEqual([
    '9007199254740993',
    '1',
    2,
  ])
})

test('Parquet: lists, arrays, and a column for each number', async () => {
  const copy = (name: string, select: string) =>
    database.connection.run(`COPY (${select}) TO '${join(folder, name)}' (FORMAT parquet)`)
  const values = (type: string) => `(VALUES ('x', [1, 2, 3]::${type}), ('y', [-4, 0.5, 6]::${type}))`
  for (const [name, type] of [
    ['list', 'FLOAT[]'],
    ['array', 'DOUBLE[3]'],
    ['decimal', 'DECIMAL(5,2)[]'],
  ] as const) {
    await copy(`${name}.parquet`, `SELECT * FROM ${values(type)} t(item, embedding)`)
    expect([name, await rowsOf({ file: `${name}.parquet` })]).toEqual([name, ROWS])
  }
  await copy('more.parquet', `SELECT 'title' AS title, * FROM ${values('FLOAT[]')} t(key, embedding)`)
  expect(await rowsOf({ file: 'more.parquet', id: 'key', vector: 'embedding' })).toEqual(ROWS)
  await copy('flat.parquet', "SELECT * FROM (VALUES (1, 2::FLOAT, 3, 'x'), (-4, 0.5, 6, 'y')) t(a, b, c, id)")
  expect(await rowsOf({ file: 'flat.parquet' })).toEqual(ROWS)
  expect(await rowsOf({ file: 'flat.parquet', vector: ['c', 'a'] })).toEqual({ x: [3, 1], y: [6, -4] })
})

test('more rows than DuckDB gives at once stay in order', async () => {
  await database.connection.run(
    `COPY (SELECT 'i' || i AS id, [i, i / 2, -i]::FLOAT[] AS v FROM range(50000) t(i)) TO '${join(folder, 'many.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 5000)`,
  )
  const { ids, values } = await read({ file: 'many.parquet' })
  expect(ids.count).toBe(50_000)
  for (let row = 0; row < 50_000; row += 997)
    expect([ids.at(row), ...values.subarray(row * 3, row * 3 + 3)]).toEqual(
      [`i${row}`, row, row / 2, row === 0 ? -0 : -row].map((value) => (value === 0 ? 0 : value)),
    )
})

test('CSV, JSONL and text without a header', async () => {
  await put('v.jsonl', '{"id":"x","v":[1,2,3]}\n{"id":"y","v":[-4,0.5,6]}\n')
  await put('v.csv', 'id,title,v\nx,t,"[1, 2, 3]"\ny,t,-4|.5|6\n')
  await put('glove.txt', 'x 1 2 3\ny -4 0.5 6\n')
  expect(await rowsOf({ file: 'v.jsonl' })).toEqual(ROWS)
  expect(await rowsOf({ file: 'v.csv', vector: 'v' })).toEqual(ROWS)
  expect(await rowsOf({ file: 'glove.txt', delimiter: ' ', header: false, quote: '' })).toEqual(ROWS)
})

test.each([
  [
    'rows of two widths',
    'w.jsonl',
    '{"id":"x","v":[1,2]}\n{"id":"y","v":[1]}\n',
    'row 2 (id "y") has 1 numbers, the rows before it have 2',
  ],
  ['a row without numbers', 'n.jsonl', '{"id":"x","v":[1,2]}\n{"id":"y"}\n', 'row 2 (id "y") has no numbers'],
  ['text', 't.csv', 'id,a,b\nx,1,2\ny,1,big\n', 'row 2 (id "y") has NaN as number 2, expected finite numbers'],
  ['an id twice', 'd.csv', 'id,a\nx,1\ny,1\nx,2\n', 'duplicate id "x" in rows 1 and 3'],
  ['an empty id', 'e.csv', 'id,a\nx,1\n,2\n', 'empty id in row 2'],
  ['a row too short', 's.csv', 'id,a,b\nx,1,2\ny,1\n', 'rejected a row, too-few-columns: y,1'],
  ['ids alone', 'i.csv', 'id\nx\n', 'missing columns of numbers, found id'],
])('%s: refused with the file and the row', async (_, name, text, message) => {
  await put(name, text)
  expect(await failure({ file: name })).toMatchObject({ name: 'DataError', file: join(folder, name), message })
})

test.each([
  ['another number of ids', npy('<f4', '2, 3', F32), 'expected an id for each of 2 rows, got 1 ids'],
  ['one dimension', npy('<f4', '6,', F32), 'expected an array of 2 dimensions, got shape [6]'],
  ['whole numbers', npy('<i4', '2, 3', new Int32Array(6)), 'unknown type "<i4", expected little-endian floats'],
  ['big-endian', npy('>f4', '2, 3', F32), 'unknown type ">f4"'],
  ['a truncated file', npy('<f4', '2, 3', F32).subarray(0, -1), 'expected 152 bytes, got 151'],
  ['another file', Buffer.from('id,a\nx,1\n1234'), 'it does not begin as one'],
  ['a number that is not finite', npy('<f4', '1, 3', Float32Array.of(1, Number.NaN, 2)), 'row 1 (id "x") has NaN'],
  ['a double too large', npy('<f8', '1, 1', Float64Array.of(1e300)), 'row 1 (id "x") has Infinity as number 1'],
])('npy with %s is refused', async (_, bytes, message) => {
  await put('one.txt', 'x\n')
  await put('bad.npy', bytes)
  const error = await failure({ file: 'bad.npy', ids: 'one.txt' })
  expect([error.name, error.file]).toEqual(['DataError', join(folder, 'bad.npy')])
  expect(error.message).toContain(message)
})

test('safetensors that lie about their size are refused', async () => {
  await put('short.safetensors', safetensors({ v: ['F32', [2, 4], F32] }))
  expect((await failure({ file: 'short.safetensors' })).message).toContain('does not have the 32 bytes of its shape')
  await put('ints.safetensors', safetensors({ v: ['I32', [2, 3], F32] }))
  expect((await failure({ file: 'ints.safetensors' })).message).toContain('got I32 [2, 3] of tensor "v"')
})

test('properties that the format does not have are mistakes of the document', async () => {
  expect((await failure({ file: 'v.csv', ids: 'ids.txt' })).message).toContain(
    '/vectors/covers/ids: invalid property "ids", .csv is a table',
  )
  expect((await failure({ file: 'v.npy', vector: 'v' })).message).toContain('/vectors/covers/vector: invalid property')
  expect((await failure({ file: 'v.npy', idss: 'v' })).message).toContain('did you mean "ids"?')
})

test('an array is no table of events', async () => {
  const path = join(folder, 'array.json')
  await writeFile(path, JSON.stringify({ events: { file: 'v.npy' } }))
  await expect(readDataset(path)).rejects.toMatchObject({ code: 'unknown-format' })
})
