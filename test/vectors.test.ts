// Pretrained vectors from files of three formats, from the file to the ranking of items without events.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../packages/cli/test/workspace.js'
import { openDatabase } from '../packages/data/src/files/duckdb.js'

const [USERS, ITEMS, GROUPS, DIM] = [60, 100, 4, 8]
const NUMBERS = (count: number) => Array.from({ length: count }, (_, number) => number)
/** A number from −0.1 to 0.1 that looks random. */
const noise = (item: number, lane: number) => 0.2 * ((((item * 37 + lane * 101 + 17) * 7919) % 1000) / 1000 - 0.5)

/** Items with a vector: all but every tenth; lanes of its group are near 1, the others near 0. */
const covered = NUMBERS(ITEMS).filter((item) => item % 10 !== 0)
const vectors = covered.map((item) =>
  Float32Array.from({ length: DIM }, (_, lane) => (lane % GROUPS === item % GROUPS ? 1 : 0) + noise(item, lane)),
)
const flat = Float32Array.from(vectors.flatMap((vector) => [...vector]))

const npy = () => {
  const header = `${`{'descr': '<f4', 'fortran_order': False, 'shape': (${covered.length}, ${DIM}), }`.padEnd(117)}\n`
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header, 'latin1'),
    Buffer.from(flat.buffer),
  ])
}

const safetensors = () => {
  const entry = { dtype: 'F32', shape: [covered.length, DIM], data_offsets: [0, flat.byteLength] }
  const text = Buffer.from(JSON.stringify({ covers: entry }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.from(flat.buffer)])
}

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  const put = (name: string, content: string | Uint8Array) => writeFile(join(here.directory, name), content)
  // a user meets most items of a group
  const events = NUMBERS(USERS).flatMap((user) =>
    NUMBERS(ITEMS)
      .filter((item) => item % GROUPS === user % GROUPS && (item * 13 + user * 7) % 5 !== 0)
      .map((item) => `u${user},i${item}`),
  )
  await put('events.csv', `user,item\n${events.join('\n')}\n`)
  await put('ids.txt', covered.map((item) => `i${item}\n`).join(''))
  await put('covers.npy', npy())
  await put('covers.safetensors', safetensors())
  const rows = covered.map((item, k) => `('i${item}', [${[...vectors[k]!].join(', ')}]::FLOAT[])`)
  const database = await openDatabase('256MB')
  const to = join(here.directory, 'covers.parquet')
  await database.connection.run(
    `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) t(id, vector)) TO '${to}' (FORMAT parquet)`,
  )
  await database.close()
  for (const [name, entry] of Object.entries(formats))
    await put(`${name}.json`, JSON.stringify({ events: { file: 'events.csv' }, vectors: { covers: entry } }))
})
afterAll(() => here.close())

const formats = {
  parquet: { file: 'covers.parquet' },
  npy: { file: 'covers.npy', ids: 'ids.txt' },
  safetensors: { file: 'covers.safetensors', ids: 'ids.txt' },
}

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const user = { p: { input: 'user', dim: DIM } }
const covers = { type: 'vectors', entity: 'item', dim: DIM }
const start = { type: 'vectors', name: 'covers' }

/** The ways to read vectors, and ids alone. */
const readings: Readonly<Record<string, { inputs: object; embeddings: object; ops: object }>> = {
  frozen: {
    inputs: { user: ids.user, covers },
    embeddings: user,
    ops: { score: { type: 'dot', inputs: ['p', 'covers'] } },
  },
  projected: {
    inputs: { user: ids.user, covers },
    embeddings: user,
    ops: {
      film: { type: 'dense', inputs: ['covers'], units: DIM },
      score: { type: 'dot', inputs: ['p', 'film'] },
    },
  },
  tuned: {
    inputs: ids,
    embeddings: { ...user, q: { input: 'item', dim: DIM, init: start } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  },
  'ids alone': {
    inputs: ids,
    embeddings: { ...user, q: { input: 'item', dim: DIM } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  },
}

const document = (reading: { inputs: object; embeddings: object; ops: object }) => ({
  name: 'covers',
  ...reading,
  heads: { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } },
  solver: { type: 'adam', learningRate: 0.02, batchSize: 64, epochs: 12 },
  evaluation: {
    split: { type: 'cold-items', share: 0.2 },
    candidates: { type: 'all', among: 'cold' },
    metrics: ['recall@5'],
  },
})

const CPU = ['--backend', 'cpu', '--threads', '1']

const recallOf = async (reading: string, format: string) => {
  await writeFile(join(here.directory, 'covers-document.json'), JSON.stringify(document(readings[reading]!)))
  const run = await here.run(
    'train',
    'covers-document.json',
    '--data',
    `${format}.json`,
    '--out',
    'm.safetensors',
    '--json',
    ...CPU,
  )
  expect(run.code, run.err).toBe(0)
  const { metrics, notes } = run.json<{ metrics: Record<string, number>; notes?: readonly string[] }>()
  return { recall: metrics['recall@5']!, notes: notes ?? [] }
}

for (const format of Object.keys(formats))
  test(`vectors of a ${format} file: cold items rank above those of ids alone, and coverage is said`, async () => {
    const alone = await recallOf('ids alone', format)
    expect(alone.notes).toEqual([])
    for (const reading of ['frozen', 'projected', 'tuned']) {
      const { recall, notes } = await recallOf(reading, format)
      expect(recall, reading).toBeGreaterThan(alone.recall + 0.15)
      expect(notes.join(), reading).toMatch(/vectors covers: 90 of 100 .* \(90 %\)/)
    }
  }, 120_000)

test('a wrong width is refused with the file and an id', async () => {
  const { inputs, ...rest } = document(readings['frozen']!)
  const narrow = {
    ...rest,
    inputs: { ...inputs, covers: { ...covers, dim: DIM - 1 } },
    embeddings: { p: { input: 'user', dim: DIM - 1 } },
  }
  await writeFile(join(here.directory, 'narrow.json'), JSON.stringify(narrow))
  const run = await here.run('train', 'narrow.json', '--data', 'npy.json', ...CPU)
  expect(run.code).toBe(3)
  expect(run.err).toMatch(/expected 7 numbers, got 8, in the vector of "i\d+" in .*covers\.npy/)
})
