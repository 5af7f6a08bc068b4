import { type Nearest, nearestOf, type Widths } from './nearest.js'
import { copyCell, identifier, literal, vectorText } from './sql.js'

/** The entities of one side with their vectors: [count, width]. */
export interface VectorTable {
  readonly ids: readonly string[]
  /** Names of entities, undefined for one without; absent where the data has no names. */
  readonly names?: readonly (string | undefined)[]
  readonly vectors: Float32Array
}

/** What is written for PostgreSQL: the score of a user and an item is the product of their vectors plus `constant`. */
export interface PgvectorTables extends Widths {
  /** The name of the document. */
  readonly name: string
  readonly users: VectorTable
  readonly items: VectorTable
  readonly constant: number
}

/** A file of an export: its name, and its text whole or in pieces. */
export interface TextFile {
  readonly name: string
  readonly content: string | Iterable<string>
}

/** Numbers of the longest vector that pgvector stores. */
export const longestVector = 16_000

/**
 * SQL and data that put users and items with their vectors into PostgreSQL with pgvector: `schema.sql`, `load.sql` (for
 * psql, which runs the others), `users.sql` and `items.sql` (rows in COPY's text format), `queries.sql`.
 */
export const pgvectorFiles = (tables: PgvectorTables): readonly TextFile[] => {
  const nearest = nearestOf(tables)
  return [
    { name: 'schema.sql', content: schemaSql(tables, nearest) },
    { name: 'load.sql', content: loadSql(tables, nearest) },
    { name: 'queries.sql', content: queriesSql(tables, nearest) },
    { name: 'users.sql', content: copyRows('users', tables.users, tables.width) },
    { name: 'items.sql', content: copyRows('items', tables.items, tables.width) },
  ]
}

/** The schema of a model's tables: a name that nothing else has. */
export const schemaOf = (name: string): string => identifier(`recspec_${name}`)

const TABLE = (name: string, width: number): string =>
  [
    `CREATE TABLE ${name} (`,
    '  id text COLLATE "C" PRIMARY KEY,',
    '  name text,',
    `  vector vector(${width}) NOT NULL`,
    ');',
  ].join('\n')

const schemaSql = ({ width, constant }: PgvectorTables, { note }: Nearest): string =>
  [
    '-- Users and items of a model, in the first schema of search_path. load.sql runs this file.',
    `-- The score of a user and an item is -(users.vector <#> items.vector)${constant === 0 ? '' : ` + ${constant}`}: biases are numbers of the`,
    '-- vectors and face a 1 on the other side, so <#> orders items as the model does.',
    ...note.map((line) => `-- ${line}`),
    '',
    'CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;',
    '',
    TABLE('users', width),
    '',
    TABLE('items', width),
    '',
  ].join('\n')

const loadSql = ({ name }: PgvectorTables, { indexes }: Nearest): string => {
  const schema = schemaOf(name)
  const loading = identifier(`loading_${name}`)
  return [
    '-- psql -d database -f load.sql',
    '-- One transaction: queries read the old tables until the new ones are complete.',
    '\\set ON_ERROR_STOP on',
    '\\encoding UTF8',
    'BEGIN;',
    `CREATE SCHEMA ${loading};`,
    `SELECT set_config('search_path', concat_ws(', ', ${literal(loading)}, nullif(current_setting('search_path'), '')), true);`,
    '\\ir schema.sql',
    '\\ir users.sql',
    '\\ir items.sql',
    ...indexes,
    'ANALYZE users;',
    'ANALYZE items;',
    `CREATE SCHEMA IF NOT EXISTS ${schema};`,
    `DROP TABLE IF EXISTS ${schema}.users, ${schema}.items;`,
    `ALTER TABLE users SET SCHEMA ${schema};`,
    `ALTER TABLE items SET SCHEMA ${schema};`,
    `DROP SCHEMA ${loading};`,
    'COMMIT;',
    '',
  ].join('\n')
}

/** A query of the ten nearest items for each row of `from` that fits. */
const nearestQuery = (
  schema: string,
  from: { readonly table: string; readonly alias: string; readonly id: string },
  { distance, score, where = [] }: { readonly distance: string; readonly score: string; readonly where?: string[] },
): string =>
  [
    `SELECT nearest.id, nearest.name, ${score} AS score`,
    `FROM ${schema}.${from.table} AS ${from.alias}`,
    'CROSS JOIN LATERAL (',
    `  SELECT item.id, item.name, ${distance} AS distance`,
    `  FROM ${schema}.items AS item`,
    ...where.map((line, index) => `  ${index === 0 ? 'WHERE' : '  AND'} ${line}`),
    '  ORDER BY distance',
    '  LIMIT 10',
    ') AS nearest',
    `WHERE ${from.alias}.id = ${literal(from.id)}`,
    'ORDER BY nearest.distance;',
  ].join('\n')

const queriesSql = ({ name, users, items, constant }: PgvectorTables, nearest: Nearest): string => {
  const schema = schemaOf(name)
  const [user = '', item = ''] = [users.ids[0], items.ids[0]]
  const score = `-nearest.distance${constant === 0 ? '' : ` + ${constant}`}`
  const person = { table: 'users', alias: 'person', id: user }
  const recommend = nearestQuery(schema, person, { distance: nearest.product('item', 'person'), score })
  const exact = nearestQuery(schema, person, { distance: 'item.vector <#> person.vector', score })
  const unseen = nearestQuery(schema, person, {
    distance: nearest.product('item', 'person'),
    score,
    where: ['NOT EXISTS (SELECT FROM plays WHERE plays.user_id = person.id AND plays.item_id = item.id)'],
  })
  const alike =
    nearest.cosine &&
    nearestQuery(
      schema,
      { table: 'items', alias: 'one', id: item },
      { distance: nearest.cosine('item', 'one'), score: '1 - nearest.distance', where: ['item.id <> one.id'] },
    )
  return [
    ...(nearest.indexed
      ? [
          '-- The index finds most of the nearest; more with a larger ef_search, which is at least the LIMIT (at most 1000).',
          'SET hnsw.ef_search = 200;',
          '',
        ]
      : []),
    '-- The best items for a user. Without the last WHERE: for every user.',
    recommend,
    '',
    ...(nearest.indexed
      ? [
          '-- The same, exact: every item is compared.',
          'BEGIN;',
          'SET LOCAL enable_indexscan = off;',
          exact,
          'COMMIT;',
          '',
        ]
      : []),
    ...(alike ? ['-- Similar items, by cosine.', alike, ''] : []),
    '-- The best items that a user has not met, of your own table of events: here "plays" with user_id and item_id as text.',
    ...(nearest.indexed
      ? [
          '-- The index gives items until ten are left (pgvector 0.8 or newer).',
          "-- SET hnsw.iterative_scan = 'strict_order';",
        ]
      : []),
    ...unseen.split('\n').map((line) => `-- ${line}`),
    '',
  ].join('\n')
}

/** A COPY with its rows below it, as psql reads from whatever folder it runs in; in pieces of a thousand rows. */
function* copyRows(table: string, { ids, names, vectors }: VectorTable, width: number): Generator<string> {
  const ROWS = 1000
  yield `COPY ${table} (id, name, vector) FROM STDIN;\n`
  for (let from = 0; from < ids.length; from += ROWS) {
    const lines = ids.slice(from, from + ROWS).map((id, offset) => {
      const row = from + offset
      const vector = vectorText(vectors.subarray(row * width, (row + 1) * width))
      return `${copyCell(id)}\t${copyCell(names?.[row] ?? null)}\t${vector}\n`
    })
    yield lines.join('')
  }
  yield '\\.\n'
}
