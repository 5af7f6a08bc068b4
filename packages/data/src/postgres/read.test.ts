import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPglite, openPostgres, PASSWORD, postgresPrograms, type TestServer } from '../../../../test/postgres.js'
import { DataError } from '../error.js'
import { type ReadOptions, readDataset } from '../read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-postgres-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const programs = postgresPrograms()
if (!programs) console.warn('skipped: no PostgreSQL (RECSPEC_POSTGRES, RECSPEC_PYTHON or Debian); PGlite is tested')

const TABLES = `
  CREATE TABLE plays (user_id text, item_id bigint, rating numeric(3, 1), at timestamptz, liked boolean, tags text[]);
  INSERT INTO plays SELECT 'u' || n * 7 % 40, n * 11 % 60, n % 5 + 0.5, '2024-01-01 00:00+02'::timestamptz + n % 50 * interval '1 hour',
    n % 3 = 0, ARRAY['a', 'b, "' || n % 4] FROM generate_series(1, 400) AS n;
  CREATE TABLE songs (id text, title text, year int, embedding float4[]);
  INSERT INTO songs SELECT n::text, 'Song "' || n || '", ' || chr(10) || chr(92) || '.', nullif(1990 + n, 1995), ARRAY[n, 0.5, -n] FROM generate_series(0, 59) AS n;
  CREATE SEQUENCE counter;
  CREATE TABLE odd (user_id text, item_id text, rating text);
  INSERT INTO odd SELECT 'u' || n, 'i', CASE WHEN n % 50 = 0 THEN 'bad' ELSE n::text END FROM generate_series(1, 200) AS n;
  INSERT INTO odd VALUES ('', 'i', '1'), (NULL, 'i', '2');
`
const ROLES = { connection: 'DATABASE_URL', user: 'user_id', item: 'item_id', time: 'at' }

const documentOf = async (value: unknown): Promise<string> => {
  const path = join(folder, 'data.json')
  await writeFile(path, JSON.stringify(value, null, 1))
  return path
}

describe.each([
  ['PGlite', openPglite],
  ...(programs ? [['PostgreSQL', () => openPostgres(programs)] as const] : []),
] as [string, () => Promise<TestServer>][])('%s', (name, open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await open()
    await server.run(TABLES)
  }, 120_000)
  afterAll(() => server?.close())

  const read = async (value: unknown, options: ReadOptions = {}) =>
    readDataset(await documentOf(value), { environment: { DATABASE_URL: server.url }, ...options })
  const refused = async (value: unknown, options: ReadOptions = {}): Promise<DataError> => {
    const error = await read(value, options).then(
      () => undefined,
      (thrown) => thrown,
    )
    expect(error).toBeInstanceOf(DataError)
    for (const text of [error.message, error.hint ?? '', String(error.stack), JSON.stringify(error)])
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'pglite-password'])
        expect(text).not.toContain(secret)
    return error
  }

  test('a query is read as a file with the same columns is', async () => {
    const query = await read({
      events: {
        ...{ query: 'SELECT * FROM plays;', ...ROLES },
        ...{ where: { column: 'rating', atLeast: 1.5 }, derive: { tag: { from: 'tags', match: '"(\\d)' } } },
      },
      items: { query: 'SELECT id, title, year FROM songs', connection: 'DATABASE_URL' },
      test: { query: "SELECT * FROM plays WHERE at >= '2024-01-02'" },
      validation: { query: "SELECT DISTINCT user_id FROM plays WHERE user_id < 'u2'", connection: 'DATABASE_URL' },
      vectors: { mood: { query: 'SELECT id, embedding FROM songs', connection: 'DATABASE_URL' } },
    })
    const cells = (rows: Record<string, unknown>[], columns: readonly string[]) =>
      rows.map((row) => columns.map((column) => JSON.stringify(row[column] ?? '')).join('\t')).join('\n')
    const csv = (head: string, body: string) => `${head}\n${body.replaceAll('\\"', '""')}\n`
    const columns = ['user_id', 'item_id', 'rating', 'at', 'liked', 'tags']
    const plays = await server.query(
      "SELECT user_id, item_id::text, rating::text, extract(epoch FROM at)::text AS at, liked::int::text AS liked, array_to_string(tags, '|') AS tags FROM plays ORDER BY plays.at, user_id, item_id, rating, liked, tags",
    )
    await writeFile(join(folder, 'plays.tsv'), csv(columns.join('\t'), cells(plays, columns)))
    const file = await readDataset(
      await documentOf({
        events: {
          ...{ file: 'plays.tsv', user: 'user_id', item: 'item_id', time: 'at' },
          ...{ where: { column: 'rating', atLeast: 1.5 }, derive: { tag: { from: 'tags', match: '"(\\d)' } } },
        },
      }),
    )
    expect(query.dataset.events.count).toBe(320)
    const idsOf = ({ dataset }: typeof query) =>
      Array.from(dataset.events.user, (user, row) => [
        dataset.users.ids.at(user),
        dataset.items.ids.at(dataset.events.item[row]!),
      ])
    expect(idsOf(query)).toEqual(idsOf(file))
    expect(query.dataset.events.time).toEqual(file.dataset.events.time)
    for (const column of ['rating', 'liked', 'tags', 'tag'])
      expect(query.dataset.events.columns.get(column), column).toEqual(file.dataset.events.columns.get(column))
    const { items, test: held, validationUsers, vectors } = query.dataset
    const [expected] = await server.query(
      "SELECT count(*)::int AS n FROM plays WHERE at >= '2024-01-02+00' AND rating >= 1.5",
    )
    expect([items.ids.count, items.nameColumn, held!.count]).toEqual([60, 'title', expected!['n']])
    const five = items.ids.indexOf('5')
    const [title, year] = [items.columns.get('title')!, items.columns.get('year')!]
    expect(title.kind === 'text' && title.values[title.codes[five]!]).toBe('Song "5", \n\\.')
    expect(year.kind === 'number' && [year.values[five], year.values[items.ids.indexOf('6')]]).toEqual([
      Number.NaN,
      1996,
    ])
    // u0, u10 and u15 have low ratings only
    expect(validationUsers!.length).toBe(9)
    expect([...vectors!.get('mood')!.values.subarray(0, 3)]).toEqual([0, 0.5, 0])
    expect(query.files.map(({ purpose, file: place, rows }) => [purpose, place.split('/data.json')[1], rows])).toEqual([
      ['events', '#/events', 400],
      ['items', '#/items', 60],
      ['test', '#/test', 8 * 24],
      ['validation', '#/validation', 12],
      ['vectors', '#/vectors/mood', 60],
    ])
  }, 60_000)

  test('whatever order the server gives rows in, the data is the same', async () => {
    const orders = ['', 'ORDER BY md5(plays::text)', 'ORDER BY rating DESC, item_id']
    const all = []
    for (const order of orders)
      all.push((await read({ events: { query: `SELECT * FROM plays ${order}`, ...ROLES } })).dataset)
    for (const { users, events } of all) {
      expect(Array.from(events.user, users.ids.at)).toEqual(Array.from(all[0]!.events.user, all[0]!.users.ids.at))
      expect(events).toEqual(all[0]!.events)
    }
    expect(all[0]!.events.time!.every((time, row, times) => row === 0 || times[row - 1]! <= time)).toBe(true)
  }, 60_000)

  test('rows are rejected, counted and shown as those of files are', async () => {
    const { time: _, ...roles } = ROLES
    const { files, rejects, rejected } = await read(
      { events: { query: 'SELECT * FROM odd', ...roles } },
      { limit: 0.1 },
    )
    expect(files[0]).toMatchObject({ rows: 202, accepted: 196, rejected: 6 })
    expect(rejected).toBe(6)
    expect(rejects.map(({ reason, column, raw }) => [reason, column, raw])).toEqual([
      ['empty-id', 'user_id', ',i,1'],
      ['empty-id', 'user_id', ',i,2'],
      ['not-a-number', 'rating', 'u100,i,bad'],
      ['not-a-number', 'rating', 'u150,i,bad'],
      ['not-a-number', 'rating', 'u200,i,bad'],
      ['not-a-number', 'rating', 'u50,i,bad'],
    ])
    expect(rejects[0]!.file).toMatch(/data\.json#\/events$/)
    const { code, message } = await refused({ events: { query: 'SELECT * FROM odd', ...roles } })
    expect([code, message]).toEqual(['too-many-rejects', expect.stringContaining('rejected 6 of 202 rows')])
  }, 60_000)

  test('one column that is missing is a row', async () => {
    const document = {
      events: { query: 'SELECT * FROM plays', ...ROLES },
      validation: { query: "VALUES ('u1'), (NULL), ('u2')", connection: 'DATABASE_URL' },
    }
    const { code, message } = await refused(document)
    expect([code, message]).toEqual(['too-many-rejects', expect.stringContaining('rejected 1 of 3 rows')])
  }, 60_000)

  test('what PostgreSQL says of a query is shown at its place', async () => {
    const { code, message, file } = await refused({
      events: { query: "SELECT 'é😀', user_id,\n  item FROM plays", ...ROLES },
    })
    expect([code, message.split('\n'), file!.split('/').at(-2)]).toEqual([
      'query',
      ['PostgreSQL: column "item" does not exist', '   |', ' 2 |   item FROM plays', '   |   ^^^^'],
      'data.json#',
    ])
    const empty = await refused({ events: { query: 'SELECT * FROM plays WHERE false', ...ROLES } })
    expect([empty.code, empty.message]).toEqual(['nothing-left', 'the query gives no rows'])
    const runs = await refused({
      events: { query: 'SELECT user_id, item_id, 1 / (item_id - 5) AS at FROM plays', ...ROLES },
    })
    expect([runs.code, runs.message]).toEqual(['query', 'PostgreSQL: division by zero'])
    const role = await refused({ events: { query: 'SELECT 1 AS user_id', connection: 'DATABASE_URL' } })
    expect([role.code, role.hint]).toEqual(['columns-missing', expect.stringContaining('"connection":"DATABASE_URL"')])
  }, 60_000)

  test.each([
    'DELETE FROM plays',
    'WITH gone AS (DELETE FROM plays RETURNING *) SELECT * FROM gone',
    'SELECT 1; COMMIT; DROP TABLE plays',
    "SELECT 1) TO PROGRAM 'touch pwned' --",
    'COPY plays TO STDOUT',
    'SELECT * INTO stolen FROM plays',
    "SELECT nextval('counter'), 'u' AS user_id, 'i' AS item_id, 1 AS at",
  ])(
    'a query cannot write: %s',
    async (query) => {
      expect((await refused({ events: { query, ...ROLES } })).code).toBe('query')
      expect(await server.query('SELECT count(*)::int AS n FROM plays')).toEqual([{ n: 400 }])
      expect(await server.query("SELECT count(*)::int AS n FROM pg_class WHERE relname = 'stolen'")).toEqual([{ n: 0 }])
    },
    60_000,
  )

  test.runIf(name === 'PostgreSQL')(
    'a connection that is refused says why, without its password',
    async () => {
      const events = { query: 'SELECT * FROM plays', ...ROLES }
      const { hostname, port } = new URL(server.url)
      const secret = encodeURIComponent(PASSWORD)
      const cases: readonly (readonly [url: string | undefined, message: string])[] = [
        [undefined, 'missing environment variable "DATABASE_URL"'],
        [' ', 'missing environment variable "DATABASE_URL"'],
        [`host=${hostname} password=${PASSWORD}`, 'invalid connection in DATABASE_URL: expected a URL'],
        [`postgres://postgres:${secret}@[bad/x`, 'invalid connection in DATABASE_URL: no URL'],
        [`postgres://postgres:${secret}x@${hostname}:${port}/postgres`, 'password authentication failed'],
        [`postgres://postgres:${secret}@${hostname}:${port}/nowhere`, 'database "nowhere" does not exist'],
        [`postgres://postgres:${secret}@${hostname}:1/postgres`, `PostgreSQL at ${hostname}:1: connection refused`],
        [`postgres://postgres:${secret}@nowhere.invalid/postgres`, 'PostgreSQL at nowhere.invalid:5432: '],
      ]
      for (const [url, message] of cases) {
        const error = await refused({ events }, { environment: { DATABASE_URL: url } })
        expect([error.code, error.message]).toEqual(['connection', expect.stringContaining(message)])
        expect(error.hint).toContain('DATABASE_URL')
      }
    },
    60_000,
  )

  test.runIf(name === 'PostgreSQL')(
    'a query ends at the timeout of the connection, and when it is aborted',
    async () => {
      const slow = { events: { query: "SELECT pg_sleep(600)::text AS user_id, 'i' AS item_id, 1 AS at", ...ROLES } }
      const url = `${server.url}?options=-c%20statement_timeout%3D300`
      const { message, hint } = await refused(slow, { environment: { DATABASE_URL: url } })
      expect([message, hint]).toEqual([
        'PostgreSQL: canceling statement due to statement timeout',
        expect.stringContaining('statement_timeout%3D2h'),
      ])
      const started = performance.now()
      const aborted = await refused(slow, { signal: AbortSignal.timeout(1500) })
      expect([aborted.code, aborted.message]).toEqual(['query', 'PostgreSQL: canceling statement due to user request'])
      expect(performance.now() - started).toBeLessThan(20_000)
      const running = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'recspec'"
      expect(await server.query(running)).toEqual([{ n: 0 }])
    },
    60_000,
  )
})
