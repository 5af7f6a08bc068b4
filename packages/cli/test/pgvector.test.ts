import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pgvectorFiles } from '@recspec/export'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPglite, openPostgres, postgresPrograms, type TestServer } from '../../../test/postgres.js'
import { CPU, IDS } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

const programs = postgresPrograms(true)
if (!programs) console.warn('skipped: no PostgreSQL with pgvector (RECSPEC_POSTGRES, RECSPEC_PYTHON); PGlite is tested')

const [USERS, ITEMS] = [30, 3000]
/** Ids and names that end strings, lines, cells and copies. */
const HOSTILE = [`a'b"c`, 'tab\there', 'two\nlines', '\\.', '\\N', '$$; DROP TABLE users; --', '\\', 'é😀', ' ', 'NULL']
const idOf = (item: number) => (item < HOSTILE.length - 2 ? HOSTILE[item]! : `i${item}`)
const nameOf = (item: number) => (item < HOSTILE.length ? `${HOSTILE[item]} of ${item}` : `Film ${item}`)

const NAME = `it's a "model"\\ ; --`
const MODEL = {
  name: NAME,
  inputs: { ...IDS },
  embeddings: {
    p: { input: 'user', dim: 16, init: { type: 'normal', deviation: 1 } },
    q: { input: 'item', dim: 16, init: { type: 'normal', deviation: 1 } },
    a: { input: 'user', dim: 1, init: { type: 'normal', deviation: 1 } },
    b: { input: 'item', dim: 1, init: { type: 'normal', deviation: 1 } },
  },
  ops: {
    product: { type: 'dot', inputs: ['p', 'q'] },
    sum: { type: 'sum', inputs: ['product', 'a', 'b'] },
    score: { type: 'bias', inputs: ['sum'] },
  },
  heads: { rating: { inputs: ['score'], loss: { type: 'mse' }, target: 'rating' } },
  solver: { type: 'adam', epochs: 1, learningRate: 0.01 },
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] },
}

const events = Array.from({ length: 2 * ITEMS }, (_, row) => ({
  user: `u'${(row * 13) % USERS}`,
  item: idOf(row % ITEMS),
  rating: 1 + ((row * 7) % 5),
}))

const EXACT = 'SET enable_indexscan = off; SET enable_seqscan = on'
// for so few items PostgreSQL reads them all otherwise
const INDEXED = 'SET enable_indexscan = on; SET enable_seqscan = off; SET hnsw.ef_search = 200'

interface Ranked {
  readonly item: string
  readonly name: string
  readonly score: number
}

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  const lines = (rows: readonly unknown[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`
  const put = (name: string, content: string) => writeFile(join(here.directory, name), content)
  await put('model.json', JSON.stringify(MODEL))
  await put('events.jsonl', lines(events))
  await put('items.jsonl', lines(Array.from({ length: ITEMS }, (_, item) => ({ id: idOf(item), name: nameOf(item) }))))
  const data = ['--data', 'events.jsonl', '--items', 'items.jsonl']
  const run = await here.run('train', 'model.json', ...data, ...CPU, '--out', 'm.safetensors')
  expect(run.code, run.err).toBe(0)
}, 120_000)
afterAll(() => here.close())

const answers = async (...argv: string[]): Promise<readonly Ranked[]> => {
  const run = await here.run(...argv, ...CPU, '--json')
  expect(run.code, run.err).toBe(0)
  return run.json<{ results: Ranked[] }>().results
}

/** The rows of the n-th query of queries.sql; comments that are queries are run too. */
const queriesOf = async (out: string): Promise<readonly string[]> => {
  const text = await readFile(join(here.directory, out, 'queries.sql'), 'utf8')
  const active = text.replace(/^-- (?=SELECT|FROM|CROSS| {2}|\)|WHERE|ORDER|SET)/gm, '')
  return active.split(/^--.*$/m).filter((part) => part.includes('SELECT'))
}
/** One query without the settings around it. */
const only = (sql: string) => /SELECT[\s\S]*ORDER BY nearest\.distance/.exec(sql)![0]

test('the export says what it wrote', async () => {
  const run = await here.run('export', 'm.safetensors', '--to', 'pgvector', '--out', 'pg', ...CPU, '--json')
  expect([run.code, run.json()]).toEqual([
    0,
    {
      ...{ users: USERS, items: ITEMS, width: 18, constant: expect.any(Number), out: 'pg' },
      files: ['schema.sql', 'load.sql', 'queries.sql', 'users.sql', 'items.sql'],
    },
  ])
  const plain = await here.run('export', 'm.safetensors', '--to', 'pgvector', '--out', 'pg', ...CPU)
  expect(plain.out).toBe(
    'saved vectors of 18 numbers of 30 users and 3,000 items in pg\nload them: psql -d database -f pg/load.sql\n',
  )
  const refused = await here.run('export', 'm.safetensors', '--to', 'pgvector', '--out', 'pg', '--vectors', 'user')
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--to pgvector takes no --vectors\n')])
  const file = await here.run('export', 'm.safetensors', '--to', 'pgvector', '--out', 'm.safetensors', ...CPU)
  expect([file.code, file.err]).toEqual([2, expect.stringContaining('--out m.safetensors: ')])
}, 60_000)

describe.each([
  ['PGlite', openPglite],
  ...(programs ? [['PostgreSQL', () => openPostgres(programs)] as const] : []),
] as [string, () => Promise<TestServer>][])('%s', (_, open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await open()
    await here.run('export', 'm.safetensors', '--to', 'pgvector', '--out', 'pg', ...CPU)
    await server.load(join(here.directory, 'pg'))
  }, 180_000)
  afterAll(() => server?.close())

  const same = (found: Record<string, unknown>[], expected: readonly Ranked[]) => {
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ item }) => item))
    expect(found.map(({ name }) => name)).toEqual(expected.map(({ name }) => name))
    found.forEach(({ score }, row) => {
      expect(Number(score)).toBeCloseTo(expected[row]!.score, 4)
    })
  }

  test('ids and names are those of the data, whatever is in them', async () => {
    const rows = await server.query(`SELECT id, name FROM "recspec_${NAME.replaceAll('"', '""')}".items`)
    const byId = new Map(rows.map(({ id, name }) => [id, name]))
    expect(byId.size).toBe(ITEMS)
    for (let item = 0; item < ITEMS; item++) expect(byId.get(idOf(item))).toBe(nameOf(item))
  })

  test('loading again replaces the tables, and leaves nothing behind', async () => {
    await server.load(join(here.directory, 'pg'))
    const schemas = await server.query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(recspec|loading)'")
    expect(schemas).toEqual([{ nspname: `recspec_${NAME}` }])
    const tables = await server.query(
      `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname LIKE 'recspec%' OR tablename IN ('users', 'items')`,
    )
    expect(tables).toEqual([{ n: 2 }])
  }, 120_000)

  test('exact SQL gives the lists of recommend and similar', async () => {
    const [recommend, exact, similar, unseen] = await queriesOf('pg')
    for (const id of [`u'0`, `u'7`]) {
      const asked = (sql: string) => only(sql).replace("'u''0'", `'${id.replaceAll("'", "''")}'`)
      const expected = await answers('recommend', 'm.safetensors', '--user', id, '-k', '10', '--seen')
      same(await server.query(asked(recommend!), EXACT), expected)
      same(await server.query(asked(exact!), EXACT), expected)
      // without the items of one's own table of events
      const plays = events.map(({ user, item }) => `($s$${user}$s$, $s$${item}$s$)`).join(', ')
      const own = `DROP TABLE IF EXISTS plays; CREATE TEMP TABLE plays AS SELECT * FROM (VALUES ${plays}) AS p(user_id, item_id)`
      const rows = await server.query(asked(unseen!), `${EXACT}; ${own}`)
      same(rows, await answers('recommend', 'm.safetensors', '--user', id, '-k', '10'))
    }
    const item = idOf(0)
    expect(only(similar!)).toContain(`'a''b"c'`)
    same(
      await server.query(only(similar!), EXACT),
      await answers('similar', 'm.safetensors', '--item', item, '-k', '10'),
    )
  }, 120_000)

  test.each([
    [2001, 2000, 'halfvec'],
    [4001, 4000, ''],
    [3, 0, 'vector'],
  ])(
    'vectors of %i numbers, %i of them shared',
    async (width, shared, type) => {
      const table = (side: string) => ({
        ids: Array.from({ length: 5 }, (_, row) => `${side}${row}`),
        vectors: Float32Array.from({ length: 5 * width }, (_, at) => Math.sin(at * (side === 'user' ? 1 : 7))),
      })
      const [users, items] = [table('user'), table('item')]
      const folder = join(here.directory, `wide${width}`)
      await mkdir(folder, { recursive: true })
      for (const { name, content } of pgvectorFiles({ name: `w${width}`, users, items, width, shared, constant: 0 }))
        await writeFile(join(folder, name), typeof content === 'string' ? content : [...content].join(''))
      await server.load(folder)
      const indexes = await server.query(
        `SELECT indexdef FROM pg_indexes WHERE schemaname = 'recspec_w${width}' AND indexdef LIKE '%hnsw%'`,
      )
      const definitions = indexes.map(({ indexdef }) => String(indexdef)).join('\n')
      expect(definitions.includes('_ip_ops')).toBe(type !== '')
      if (type !== '') expect(definitions).toContain(`${type}_ip_ops`)
      expect(definitions.includes('_cosine_ops')).toBe(shared > 0)
      const products = items.ids.map((id, row) => {
        let sum = 0
        for (let at = 0; at < width; at++) sum += users.vectors[at]! * items.vectors[row * width + at]!
        return { id, sum }
      })
      const expected = products.sort((a, b) => b.sum - a.sum).map(({ id }) => id)
      const [recommend] = await queriesOf(`wide${width}`)
      expect((await server.query(only(recommend!), INDEXED)).map(({ id }) => id)).toEqual(expected)
    },
    120_000,
  )

  test('the indexes are used, and find most of what exact search finds', async () => {
    const [recommend, , similar] = await queriesOf('pg')
    await server.run(
      "CREATE OR REPLACE FUNCTION explained(q text) RETURNS SETOF text LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || q; END $f$;",
    )
    for (const [sql, alias] of [
      [recommend!, 'person'],
      [similar!, 'one'],
    ] as const) {
      const table = /FROM (\S.*) AS/.exec(sql)![1]
      const everyone = only(sql)
        .replace('SELECT nearest.id', `SELECT ${alias}.id AS one, nearest.id`)
        .replace(/\nWHERE \w+\.id = .*/, `\nWHERE ${alias}.id IN (SELECT id FROM ${table} ORDER BY id LIMIT 100)`)
      const plan = await server.query(`SELECT explained($q$${only(sql)}$q$) AS line`, INDEXED)
      expect(plan.map(({ line }) => line).join('\n')).toMatch(/Index Scan using items_\w*vector\w*_idx\d* on items/)
      const exact = await server.query(everyone, EXACT)
      const found = await server.query(everyone, INDEXED)
      const pairs = (rows: Record<string, unknown>[]) => new Set(rows.map(({ one, id }) => JSON.stringify([one, id])))
      const [wanted, got] = [pairs(exact), pairs(found)]
      const recall = [...wanted].filter((pair) => got.has(pair)).length / wanted.size
      console.info(`recall of ${alias}: ${recall.toFixed(4)}`)
      expect(wanted.size).toBe(10 * (alias === 'person' ? USERS : 100))
      expect(recall).toBeGreaterThan(0.95)
    }
  }, 120_000)
})
