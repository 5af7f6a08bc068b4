import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPglite, openPostgres, PASSWORD, postgresPrograms, type TestServer } from '../../../test/postgres.js'
import { BOARD, CPU, implicitBoard } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

const programs = postgresPrograms()
if (!programs) console.warn('skipped: no PostgreSQL (RECSPEC_POSTGRES, RECSPEC_PYTHON or Debian); PGlite is tested')

const SECRETS = [PASSWORD, encodeURIComponent(PASSWORD), 'pglite-password']
const QUERY = { query: 'SELECT * FROM board', connection: 'BOARD_URL' }

let server: TestServer
let here: Workspace
const put = (name: string, value: unknown) =>
  writeFile(join(here.directory, name), typeof value === 'string' ? value : JSON.stringify(value, null, 1))

beforeAll(async () => {
  server = await (programs ? openPostgres(programs) : openPglite())
  const rows = implicitBoard().trim().split('\n').slice(1)
  const values = rows.map((row) => `('${row.split(',').join("', '")}')`)
  await server.run(
    `CREATE TABLE board ("user" text, item text, rating int, time int); INSERT INTO board SELECT a, b, c::int, d::int FROM (VALUES ${values.join(', ')}) AS v(a, b, c, d)`,
  )
  here = await openWorkspace()
  await put('board.json', BOARD)
  await put('data.json', { events: QUERY })
  const sorted = rows
    .map((row) => row.split(','))
    .sort((a, b) => Number(a[3]) - Number(b[3]) || (a.join() < b.join() ? -1 : 1))
  await put('board.csv', `user,item,rating,time\n${sorted.map((row) => row.join(',')).join('\n')}\n`)
  await put('file.json', { events: { file: 'board.csv' } })
}, 120_000)
afterAll(async () => {
  await server?.close()
  await here?.close()
})

test('a model of a query is that of a file with the same rows, and keeps no connection', async () => {
  const query = await here.run('train', 'board.json', '--data', 'data.json', ...CPU, '--json', '--out', 'q.safetensors')
  expect([query.code, query.err]).toEqual([3, expect.stringContaining('missing environment variable "BOARD_URL"')])
  here.environment['BOARD_URL'] = server.url
  const [a, b] = [
    await here.run(
      'train',
      'board.json',
      '--data',
      'data.json',
      ...CPU,
      '--json',
      '--out',
      'a.safetensors',
      '--log',
      'a.jsonl',
    ),
    await here.run('train', 'board.json', '--data', 'file.json', ...CPU, '--json', '--out', 'b.safetensors'),
  ]
  expect([a.code, b.code], a.err + b.err).toEqual([0, 0])
  expect(a.json()).toMatchObject({ rows: 180, metrics: b.json()['metrics'] as object })
  // the path of the data is the one thing that differs
  await put('data.json', { events: { file: 'board.csv' } })
  const c = await here.run('train', 'board.json', '--data', 'data.json', ...CPU, '--json', '--out', 'c.safetensors')
  expect(c.json()['digest']).toBe(a.json()['digest'])
  await put('data.json', { events: QUERY })
  const again = await here.run('reproduce', 'a.safetensors', ...CPU)
  expect(again.code, again.err).toBe(0)
  const checked = await here.run('check', 'data.json')
  expect(checked.code, checked.err).toBe(0)
  const names = await readdir(here.directory)
  expect(names).toEqual(expect.arrayContaining(['a.safetensors', 'a.jsonl', 'data.json']))
  for (const name of names) {
    const content = await readFile(join(here.directory, name), 'latin1')
    for (const secret of SECRETS) expect(content.includes(secret), name).toBe(false)
  }
}, 120_000)

test('errors are data errors with a place and a hint, and the password is in none of them', async () => {
  const documents: readonly (readonly [document: unknown, expected: readonly string[]])[] = [
    [
      { events: { ...QUERY, query: 'SELECT * FROM bord' } },
      [
        'PostgreSQL: relation "bord" does not exist',
        ' 1 | SELECT * FROM bord',
        '   |               ^^^^',
        '--> ',
        'hint: ',
      ],
    ],
    [
      { events: { ...QUERY, connection: server.url } },
      ['/events/connection: invalid connection, expected the name of an environment variable', 'DATABASE_URL', '****'],
    ],
    [{ events: { file: server.url } }, ['/events/file: invalid file, it is a connection', 'DATABASE_URL']],
    [`{ "events": { "file": "${server.url}", } x }`, ['syntax error']],
    [{ events: { ...QUERY, query: 'SELECT * FROM board WHERE false' } }, ['the query gives no rows', 'hint: ']],
  ]
  for (const [document, expected] of documents) {
    await put('wrong.json', document)
    for (const json of [[], ['--json']]) {
      const run = await here.run('train', 'board.json', '--data', 'wrong.json', ...CPU, ...json)
      expect(run.code, run.err).toBe(3)
      for (const text of expected) expect(run.err).toContain(text)
      for (const secret of SECRETS) expect(run.out + run.err).not.toContain(secret)
    }
  }
  for (const argv of [
    ['train', 'board.json', '--data', server.url],
    ['check', 'board.json', '--data', server.url],
    ['train', 'board.json', '--data', 'data.json', '--items', server.url, '--json'],
    ['init', 'project', '--data', server.url],
  ]) {
    const direct = await here.run(...argv)
    expect([direct.code, direct.err]).toEqual([3, expect.stringContaining('a connection is no file of data')])
    for (const secret of SECRETS) expect(direct.out + direct.err).not.toContain(secret)
  }
}, 120_000)

test.runIf(programs)(
  'a request to stop ends a running query',
  async () => {
    await put('slow.json', { events: { ...QUERY, query: "SELECT pg_sleep(600)::text AS user, 'i' AS item" } })
    here.environment['BOARD_URL'] = server.url
    const running =
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'recspec' AND state = 'active'"
    const started = performance.now()
    const ended = here.run('train', 'board.json', '--data', 'slow.json', ...CPU)
    while ((await server.query(running))[0]!['n'] === 0) await new Promise((resolve) => setTimeout(resolve, 100))
    here.interrupt()
    const { code, err } = await ended
    expect([code, err]).toEqual([130, expect.stringContaining('interrupted before training began')])
    expect(await server.query(running)).toEqual([{ n: 0 }])
    expect(performance.now() - started).toBeLessThan(60_000)
  },
  120_000,
)
