import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDataset } from '@recspec/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BOARD, CPU, implicitBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
const MODEL = 'board.safetensors'
const path = (...names: string[]) => join(here.directory, ...names)

beforeAll(async () => {
  here = await openWorkspace()
  await writeFile(path('board.csv'), implicitBoard())
  await writeFile(path('items.csv'), titles())
  const biased = {
    ...BOARD,
    inputs: { ...BOARD.inputs, title: { type: 'category', entity: 'item' } },
    embeddings: { ...BOARD.embeddings, t: { input: 'title', dim: 1 } },
    ops: { match: BOARD.ops.score, score: { type: 'sum', inputs: ['match', 't'] } },
  }
  await writeFile(path('board.json'), JSON.stringify(biased))
  const trained = await here.run('train', 'board.json', '--data', 'board.csv', '--items', 'items.csv', ...CPU)
  expect(trained.code, trained.err).toBe(0)
})
afterAll(() => here.close())

const exported = (to: string, out: string, ...argv: string[]) =>
  here.run('export', MODEL, '--to', to, '--out', out, ...CPU, ...argv)

interface Written {
  readonly matrices: readonly {
    readonly name: string
    readonly file: string
    readonly rows: number
    readonly width: number
  }[]
  readonly constant: number
}

const MATRICES = [
  { name: 'vectors.user', rows: 20, width: 3 },
  { name: 'vectors.item', rows: 20, width: 3 },
  { name: 'table.p', rows: 21, width: 2 },
  { name: 'table.q', rows: 21, width: 2 },
  { name: 'table.t', rows: 22, width: 1 },
]

const npyNumbers = async (...names: string[]) => {
  const bytes = await readFile(path(...names))
  const start = 10 + bytes.readUInt16LE(8)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
}

/** The arrays of a .safetensors file. */
const safetensors = async (name: string) => {
  const bytes = await readFile(path(name))
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')) as Record<
    string,
    { shape: number[]; dtype: string; data_offsets: [number, number] }
  >
  const part = (key: string) => {
    const [from, to] = header[key]!.data_offsets
    return bytes.buffer.slice(bytes.byteOffset + 8 + length + from, bytes.byteOffset + 8 + length + to)
  }
  return {
    header,
    numbers: (key: string) => new Float32Array(part(key)),
    texts: (key: string) => JSON.parse(Buffer.from(part(key)).toString('utf8')) as (string | null)[],
  }
}

test('npy: vectors and tables, the ids or texts of their rows beside them', async () => {
  const run = await exported('npy', 'arrays', '--json')
  expect(run.code, run.err).toBe(0)
  const { matrices, constant } = run.json() as unknown as Written
  expect(matrices).toEqual(MATRICES.map((one) => ({ ...one, file: join('arrays', `${one.name}.npy`) })))
  expect(constant).toBe(0)
  expect((await readdir(path('arrays'))).length).toBe(10)
  const [users, items] = [
    await npyNumbers('arrays', 'vectors.user.npy'),
    await npyNumbers('arrays', 'vectors.item.npy'),
  ]
  const ids = async (name: string) => (await readFile(path('arrays', name), 'utf8')).trimEnd().split('\n')
  const [heading, ...rows] = await ids('vectors.item.npy.ids.csv')
  expect(heading).toBe('id,name')
  const [user, item] = [(await ids('vectors.user.npy.ids.csv')).indexOf('u3') - 1, rows.indexOf('i5,Film 5')]
  let score = constant
  for (let lane = 0; lane < 3; lane++) score += users[user * 3 + lane]! * items[item * 3 + lane]!
  await writeFile(path('one.csv'), 'user,item\nu3,i5\n')
  const predicted = await here.run('predict', MODEL, '--pairs', 'one.csv', ...CPU, '--json')
  const [pair] = predicted.json<{ predictions: { score: number }[] }>().predictions
  expect(1 / (1 + Math.exp(-score))).toBeCloseTo(pair!.score, 5)
  expect((await ids('table.q.npy.ids.csv')).slice(0, 2)).toEqual(['row,text,name', '0,,'])
  expect((await ids('table.t.npy.ids.csv')).slice(0, 4)).toEqual(['row,text', '0,', '1,', '2,Film 0'])
})

test('safetensors: one file with the same numbers', async () => {
  expect((await exported('npy', 'arrays')).code).toBe(0)
  const run = await exported('safetensors', 'all.safetensors')
  expect(run.code, run.err).toBe(0)
  expect(run.out).toContain('saved table.t in all.safetensors: 22 rows of 1 numbers')
  const { header, numbers, texts } = await safetensors('all.safetensors')
  expect(header['__metadata__']).toEqual({ constant: '0' })
  for (const { name, rows, width } of MATRICES) {
    expect(header[name]).toMatchObject({ dtype: 'F32', shape: [rows, width] })
    expect(numbers(name)).toEqual(await npyNumbers('arrays', `${name}.npy`))
  }
  expect(texts('vectors.item.id')).toHaveLength(20)
  expect(texts('vectors.item.name')).toContain('Film 5')
  expect(texts('table.q.text')[0]).toBeNull()
})

test('parquet: a table each, which data documents read as pretrained vectors', async () => {
  const run = await exported('parquet', 'tables')
  expect(run.code, run.err).toBe(0)
  expect((await readdir(path('tables'))).sort()).toEqual(MATRICES.map(({ name }) => `${name}.parquet`).sort())
  await exported('npy', 'arrays')
  const document = {
    events: { file: 'board.csv' },
    vectors: { item: { file: 'tables/vectors.item.parquet', vector: 'vector' } },
  }
  await writeFile(path('with-vectors.json'), JSON.stringify(document))
  const { dataset } = await readDataset(path('with-vectors.json'))
  const found = dataset.vectors!.get('item')!
  expect(found.dim).toBe(3)
  expect(found.values).toEqual(await npyNumbers('arrays', 'vectors.item.npy'))
})

test('a format and the vectors of one side are not written at once', async () => {
  for (const other of [
    ['--vectors', 'user'],
    ['--table', 'q'],
  ])
    expect(await exported('npy', 'both', ...other)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--to npy takes no ${other[0]}`),
    })
})

describe('onnx', () => {
  test('a folder with the score and both towers', async () => {
    const run = await exported('onnx', 'graphs')
    expect(run.code, run.err).toBe(0)
    expect(run.out).toContain('user string[batch], item string[batch] -> score float[batch]')
    expect(run.out).toContain('the score that ranks is the dot product of the vectors\n')
    expect((await readdir(path('graphs'))).sort()).toEqual(['item.onnx', 'score.onnx', 'user.onnx'])
    const json = (await exported('onnx', 'graphs', '--json')).json()
    expect(json).toMatchObject({ opset: 18, mlOpset: 3, constant: 0 })
  })

  test('a file where the folder should be is refused, and so is a folder with files of another export', async () => {
    expect(await exported('onnx', 'board.csv')).toMatchObject({ code: 2, err: expect.stringContaining('is a file') })
    await exported('onnx', 'mixed')
    await writeFile(path('mixed', 'score.onnx.data'), '')
    expect(await exported('onnx', 'mixed')).toMatchObject({
      code: 2,
      err: expect.stringContaining('of another export'),
    })
  })
})
