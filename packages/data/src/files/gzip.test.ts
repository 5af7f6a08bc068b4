import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { cell } from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DataError } from '../error.js'
import { readDataset } from '../read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-gzip-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const put = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const zip = (name: string, text: string | Uint8Array) => put(`${name}.gz`, gzipSync(text))
const failure = (path: string): Promise<DataError> =>
  readDataset(path).then(
    () => expect.unreachable(),
    (error) => error,
  )

const TEXTS: Record<string, string | Uint8Array> = {
  'plain.csv': 'user,item,time\na,x,1\nb,"y, z",2\n',
  'tabs.tsv': 'user\titem\ttime\na\tx\t1\nb\ty\t2\n',
  'lines.jsonl': '{"user":"a","item":"x"}\n{"user":"b","item":["y","z"]}\n',
  'windows.csv': 'user,item\r\na,x\r\n\r\nb,y\r\n',
  'mark.csv': '\ufeffuser,item\na,x\n',
  'wide.csv': Buffer.from('\ufeffuser,item\né,x\n', 'utf16le'),
  'rejects.csv': `user,item\n${'a,x\n'.repeat(500)}a\n"a,x\nb,y\n`,
}

test('a compressed file reads as the same file does without compression', async () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    const [plain, zipped] = [await readDataset(await put(name, text)), await readDataset(await zip(name, text))]
    const facts = ({ dataset: { users, items, events }, rejects, files }: typeof plain) => [
      Array.from({ length: users.ids.count }, (_, index) => users.ids.at(index)),
      Array.from({ length: items.ids.count }, (_, index) => items.ids.at(index)),
      events,
      rejects.map(({ line, byte, reason, raw }) => [line, byte, reason, raw]),
      files.map(({ rows, accepted, rejected }) => [rows, accepted, rejected]),
    ]
    expect([name, facts(zipped)]).toEqual([name, facts(plain)])
  }
})

test('more than a piece of text, in several members, keeps its rows and lines', async () => {
  const lines = Array.from({ length: 400_000 }, (_, row) => `u${row % 1000},i${row % 777},${row}\n`)
  const half = 200_000
  const members = [gzipSync(`user,item,n\n${lines.slice(0, half).join('')}`), gzipSync(lines.slice(half).join(''))]
  const { events } = (await readDataset(await put('members.csv.gz', Buffer.concat(members)))).dataset
  expect(events.count).toBe(400_000)
  expect(cell(events.columns.get('n')!, 399_999)).toBe(399_999)
})

test('lists, candidates and any delimiter in a data document', async () => {
  await zip('train.txt', '0 1 2\n1 2\n')
  await zip('negatives.tsv', '(0,1)\t2\n')
  await zip('movies.dat', Buffer.from('1::Amélie\n', 'latin1'))
  const path = await put(
    'lists.json',
    JSON.stringify({
      events: { file: 'train.txt.gz', layout: 'lists', delimiter: ' ' },
      candidates: { file: 'negatives.tsv.gz', delimiter: '\t' },
      items: { file: 'movies.dat.gz', delimiter: '::', encoding: 'latin1', columns: ['id', 'title'] },
    }),
  )
  const { events, candidates, items } = (await readDataset(path)).dataset
  expect([events.count, [...candidates!.lists], cell(items.columns.get('title')!, 0)]).toEqual([3, [1], 'Amélie'])
})

test('a damaged, truncated or uncompressed file is an error that names it', async () => {
  const bytes = gzipSync(`user,item\n${Array.from({ length: 5000 }, (_, row) => `u${row},i\n`).join('')}`)
  const flipped = Buffer.from(bytes)
  flipped[bytes.length - 6]! ^= 1
  for (const [name, content, message] of [
    ['short', bytes.subarray(0, bytes.length >> 1), 'damaged gzip file: unexpected end of file'],
    ['flipped', flipped, 'damaged gzip file: incorrect data check'],
    ['plain', Buffer.from('user,item\na,x\n'), 'damaged gzip file: incorrect header check'],
  ] as const) {
    const path = await put(`${name}.csv.gz`, content)
    expect(await failure(path)).toMatchObject({ code: 'unreadable', file: path, message })
  }
  expect((await failure(await zip('empty.csv', ''))).code).toBe('file-empty')
  expect((await failure(await zip('rows.parquet', 'x'))).message).toBe(
    'unknown format ".parquet.gz", only text may be compressed by gzip',
  )
})
