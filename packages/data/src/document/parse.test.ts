import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DataError } from '../error.js'
import { entriesOf } from './entries.js'
import { parseDocument } from './parse.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-parse-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const failure = async (text: string): Promise<DataError> => {
  const file = join(folder, 'data.json')
  await writeFile(file, text)
  const error = await parseDocument(file).then(
    () => undefined,
    (thrown) => thrown,
  )
  error.message = error.message.replaceAll(file, 'data.json')
  return error
}

test('comments and trailing commas are allowed', async () => {
  const file = join(folder, 'fine.jsonc')
  await writeFile(file, '{ // where\n "events": { "file": "a.csv", }, }')
  expect(await parseDocument(file)).toEqual({ events: { file: 'a.csv' } })
})

test('an unknown property is shown at its line with the closest name', async () => {
  const { code, line, message } = await failure('{\n  "events": { "file": "a.csv", "delimeter": ";" }\n}')
  expect([code, line]).toEqual(['document', 2])
  expect(message).toBe(
    [
      '/events/delimeter: unknown property "delimeter"',
      '  --> data.json:2:32',
      '   |',
      ' 2 |   "events": { "file": "a.csv", "delimeter": ";" }',
      '   |                                ^^^^^^^^^^^',
      '  hint: did you mean "delimiter"?',
    ].join('\n'),
  )
})

test('values that are nested too deep are refused where the depth is reached', async () => {
  const { code, line, message } = await failure(`{\n"events":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  expect([code, line]).toEqual(['document', 2])
  expect(message).toContain('nested more than 64 levels deep')
  expect(message.length).toBeLessThan(1000)
})

test('a document of more than 1 MiB is refused', async () => {
  const error = await failure(`[${'{"user":1,"item":2},\n'.repeat(60_000)}{}]`)
  expect([error.code, error.hint]).toEqual(['document', 'rows belong in a .jsonl, .csv or .parquet file'])
})

test('all mistakes are shown at once, each once', async () => {
  const { message } = await failure(
    '{ "events": { "file": 3, "user": 0, "layout": "row" }, "item": {}, "users": {}, "constructor": 1, "users": { "file": "u" } }',
  )
  expect(message.match(/^\/\S*: .*$/gm)).toEqual([
    '/events/file: invalid value 3, must be string',
    expect.stringContaining('/events/user: invalid value 0'),
    '/events/layout: unknown layout "row"',
    '/item: unknown property "item"',
    '/constructor: unknown property "constructor"',
    '/users: duplicate property "users"',
  ])
})

test.each([
  ['{ "events": { "file": "a", "encoding": "utf9" } }', 'unknown-encoding', 'unknown encoding "utf9"'],
  ['{ "items": { "file": "a" } }', 'document', 'missing property "events"'],
  ['{ "events": { "file": "a" ', 'document', 'syntax error'],
  ['', 'file-empty', 'empty file'],
  [' ', 'document', 'syntax error'],
  ['{ "events": { "file": "a", "quote": "," } }', 'document', '/events/quote: invalid quote ","'],
  ['{ "events": { "file": "a", "quote": "é" } }', 'document', '/events/quote: invalid quote "é"'],
  ['{ "events": { "file": "a", "delimiter": "ééé" } }', 'document', '/events/delimiter: invalid delimiter "ééé"'],
  ['{ "events": { "file": "a", "delimiter": "\\n" } }', 'document', '/events/delimiter: invalid delimiter "\\n"'],
  ['{ "events": { "file": "a", "delimiter": "\\"" } }', 'document', '/events/delimiter: invalid quote'],
  [
    '{ "events": { "file": "a", "quote": "|" }, "test": { "file": "b", "delimiter": "|" } }',
    'document',
    '/test/delimiter: invalid quote',
  ],
  ['[]', 'document', 'expected an object, got a list'],
  ['{ "events": {} }', 'document', '/events: missing property "file"'],
])('%s is refused', async (text, code, message) => {
  const error = await failure(text)
  expect(error.code).toBe(code)
  expect(error.message).toContain(message)
})

test.each([
  [
    { query: 'SELECT 1', connection: 'postgres://u:pass-word@h/d' },
    '/connection: invalid connection, expected the name',
  ],
  [
    { query: 'SELECT 1', connection: "host=h password='pass-word'" },
    '/connection: invalid connection, expected the name',
  ],
  [{ query: 'SELECT 1', connection: 'pass-word' }, '/connection: invalid connection, expected the name'],
  [{ file: 'postgresql://u:pass-word@h/d' }, '/file: invalid file, it is a connection'],
  [{ file: 'a.csv', query: 'SELECT 1', connection: 'A' }, '/query: invalid property "query", an entry has a file or'],
  [{ file: 'a.csv', connection: 'A' }, '/connection: invalid property "connection", a file has none'],
  [{ query: 'SELECT 1' }, ': missing property "connection"'],
  [{ connection: 'A' }, ': missing property "query"'],
  [{}, ': missing property "file"'],
  [{ query: ' ', connection: 'A' }, '/query: invalid value " "'],
  [{ query: 'SELECT 1', connection: 'A', delimiter: ';' }, '/delimiter: invalid property "delimiter", a query has no'],
])('%j is refused once, without its password', async (entry, message) => {
  for (const [place, document] of [
    ['/events', { events: entry }],
    ['/vectors/x', { events: { file: 'a.csv' }, vectors: { x: entry } }],
  ] as const) {
    const error = await failure(JSON.stringify(document))
    const found = error.message.match(/^\/\S*: .*$/gm)
    expect(found).toEqual([expect.stringContaining(`${place}${message}`)])
    for (const text of [error.message, error.hint ?? '', String(error.stack)]) expect(text).not.toContain('pass-word')
  }
})

test('a text that is no JSON is shown without passwords', async () => {
  const { message } = await failure(
    '{ "events": { "query": "SELECT 1", "connection": "postgres://u:pass-word@h/d" "x" } }',
  )
  expect(message).toContain('syntax error')
  expect(message).not.toContain('pass-word')
})

test('test rows may be another query of the connection of the events, or a file', async () => {
  const file = join(folder, 'test.json')
  const events = { query: 'SELECT 1', connection: 'A', user: 'u' }
  for (const held of [{ query: 'SELECT 2' }, { file: 'b.csv', delimiter: ';' }]) {
    await writeFile(file, JSON.stringify({ events, test: held }))
    const [, entry] = entriesOf(await parseDocument(file), file)
    expect(entry).toMatchObject(
      held.query
        ? { path: `${file}#/test`, query: { text: 'SELECT 2', connection: 'A' }, format: 'postgres', user: 'u' }
        : { path: join(folder, 'b.csv'), format: 'delimited', delimiter: ';', user: 'u' },
    )
  }
})
