import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDataset } from './read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-defects-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const HEAD = 'user,item,rating,time\n'
/** Twenty good rows, so that a column is what it is. */
const GOOD = Array.from(
  { length: 20 },
  (_, index) => `u${index % 4},i${index % 7},${1 + (index % 5)},${100 + index}\n`,
).join('')

interface Case {
  readonly name: string
  readonly bytes: string | Buffer
  readonly accepted: number
  /** Line and reason of every reject. */
  readonly rejects: readonly (readonly [line: number, reason: string])[]
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const after = (...lines: string[]) => HEAD + GOOD + lines.join('\n') + '\n'

const CASES: readonly Case[] = [
  { name: 'a plain file', bytes: HEAD + GOOD, accepted: 20, rejects: [] },
  { name: 'no last line end', bytes: (HEAD + GOOD).trimEnd(), accepted: 20, rejects: [] },
  { name: 'a byte order mark', bytes: `\ufeff${HEAD}${GOOD}`, accepted: 20, rejects: [] },
  { name: 'Windows line ends', bytes: (HEAD + GOOD).replaceAll('\n', '\r\n'), accepted: 20, rejects: [] },
  { name: 'mixed line ends', bytes: HEAD + GOOD + 'a,b,1,2\r\nc,d,3,4\n', accepted: 22, rejects: [] },
  {
    name: 'blank lines',
    bytes: after('', 'a,b,1,2', '', '\r', 'c,d,x,4'),
    accepted: 21,
    rejects: [[26, 'not-a-number']],
  },
  { name: 'quoted cells', bytes: after('"a,""b""",c,1,2'), accepted: 21, rejects: [] },
  {
    name: 'a line end in quotes',
    bytes: after('"a\nb",c,1,2', 'd,e,f,4'),
    accepted: 21,
    rejects: [[24, 'not-a-number']],
  },
  { name: 'a quote that never closes', bytes: after('"a,b,1,2', 'c,d,3,4'), accepted: 21, rejects: [[22, 'quote']] },
  { name: 'text after a quote', bytes: after('"a"b,c,1,2', 'c,d,3,4'), accepted: 21, rejects: [[22, 'quote']] },
  { name: 'a quote inside a cell', bytes: after('5" disc,c,1,2'), accepted: 21, rejects: [] },
  { name: 'a NUL', bytes: after('a\0,b,1,2', 'c,d,3,4'), accepted: 21, rejects: [[22, 'control']] },
  { name: 'a carriage return inside a row', bytes: after('a\rb,c,1,2'), accepted: 20, rejects: [[22, 'control']] },
  {
    name: 'invalid UTF-8',
    bytes: Buffer.concat([Buffer.from(HEAD + GOOD), Buffer.from([0xff, 0x61]), Buffer.from(',b,1,2\nc,d,3,4\n')]),
    accepted: 21,
    rejects: [[22, 'unicode']],
  },
  {
    name: 'a line of more than 2 MiB',
    bytes: after(`${'x'.repeat(2 ** 21 + 10)},b,1,2`, 'c,d,3,4'),
    accepted: 21,
    rejects: [[22, 'oversize']],
  },
  {
    name: 'a line of more than 8 MiB',
    bytes: after(`${'x'.repeat(2 ** 23 + 10)},b,1,2`, 'c,d,3,4'),
    accepted: 21,
    rejects: [[22, 'oversize']],
  },
  { name: 'a missing last column', bytes: after('a,b,1', 'c,d,3,4'), accepted: 21, rejects: [[22, 'too-few-columns']] },
  { name: 'one column too many', bytes: after('a,b,1,2,3'), accepted: 20, rejects: [[22, 'too-many-columns']] },
  {
    name: 'a decimal comma',
    bytes: after('a,b,1,5,100', 'a,b,"1,5",100'),
    accepted: 20,
    rejects: [
      [22, 'too-many-columns'],
      [23, 'not-a-number'],
    ],
  },
  {
    name: 'tabs and spaces',
    bytes: after('a\tb\t1\t2', 'a b 1 2'),
    accepted: 20,
    rejects: [
      [22, 'too-few-columns'],
      [23, 'too-few-columns'],
    ],
  },
  {
    name: 'empty ids',
    bytes: after(',b,1,2', 'a,,1,2', '"",b,1,2', '  ,b,1,2'),
    accepted: 20,
    rejects: [
      [22, 'empty-id'],
      [23, 'empty-id'],
      [24, 'empty-id'],
      [25, 'empty-id'],
    ],
  },
  {
    name: 'NaN and infinities',
    bytes: after('a,b,nan,2', 'a,b,inf,2', 'a,b,-Infinity,2'),
    accepted: 20,
    rejects: [
      [22, 'not-finite'],
      [23, 'not-finite'],
      [24, 'not-finite'],
    ],
  },
  {
    name: 'text among numbers',
    bytes: after('a,b,good,2', 'c,d,3,yesterday'),
    accepted: 20,
    rejects: [
      [22, 'not-a-number'],
      [23, 'not-a-number'],
    ],
  },
  { name: 'a missing time', bytes: after('a,b,1,'), accepted: 20, rejects: [[22, 'missing-time']] },
  { name: 'a missing rating', bytes: after('a,b,,2'), accepted: 21, rejects: [] },
  { name: 'negative and future times', bytes: after('a,b,1,-5', 'a,b,1,99999999999999'), accepted: 22, rejects: [] },
  { name: 'UTF-16', bytes: utf16(HEAD + GOOD + 'é,b,1,2\nc,d,x,4\n'), accepted: 21, rejects: [[23, 'not-a-number']] },
  {
    name: 'several defects before a refused row',
    bytes: after('a,b', '"q\nr",b,1,2', ',b,1,2'),
    accepted: 21,
    rejects: [
      [22, 'too-few-columns'],
      [25, 'empty-id'],
    ],
  },
]

test.each(CASES)('$name: every row is accepted or explained', async ({ name, bytes, accepted, rejects }) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.csv`)
  await writeFile(file, bytes)
  const reading = await readDataset(file, { limit: 0.5 })
  expect(reading.rejects.map(({ line, reason }) => [line, reason])).toEqual(rejects)
  expect(reading.rejected).toBe(rejects.length)
  expect(reading.dataset.events.count).toBe(accepted)
  expect(reading.files[0]).toMatchObject({ rows: accepted + rejects.length, accepted, rejected: rejects.length })
})

test('a number too large for a double is rejected', async () => {
  const file = join(folder, 'large.csv')
  await writeFile(file, after('a,b,1e400,2'))
  const { rejects, dataset } = await readDataset(file, { limit: 0.5 })
  expect(dataset.events.count).toBe(20)
  expect(rejects).toMatchObject([{ line: 22, column: 'rating', raw: 'a,b,1e400,2' }])
})

test('a reject tells its file, line, byte, column and text', async () => {
  const file = join(folder, 'tells.csv')
  await writeFile(file, after('a,b,good,2'))
  const { rejects } = await readDataset(file, { limit: 0.5 })
  const byte = Buffer.byteLength(HEAD + GOOD)
  expect(rejects).toEqual([{ file, line: 22, byte, column: 'rating', reason: 'not-a-number', raw: 'a,b,good,2' }])
})

test('more than a thousand rejects are counted, a thousand kept', async () => {
  const file = join(folder, 'thousand.csv')
  await writeFile(file, HEAD + 'a,b,1,2\n'.repeat(30_000) + ',b,1,2\n'.repeat(1200) + 'a,b\n'.repeat(3))
  const { rejects, rejected, dataset } = await readDataset(file, { limit: 0.5 })
  expect([rejects.length, rejected, dataset.events.count]).toEqual([1000, 1203, 30_000])
})
