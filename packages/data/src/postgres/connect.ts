import pg from 'pg'
import { DataError } from '../error.js'
import { connectionError, type Place } from './problem.js'
import { isConnection } from './secret.js'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Milliseconds until a server that does not answer is given up. */
const CONNECT = 15_000

/** A read-only transaction of one server: every query sees the same rows. */
export interface Transaction {
  readonly client: pg.Client
  readonly passwords: readonly string[]
  end(): Promise<void>
}

/** Text is the same whatever the server's settings are; the limits of time are the server's where it has some. */
const SETTINGS = [
  "SET LOCAL timezone = 'UTC'",
  "SET LOCAL datestyle = 'ISO, YMD'",
  "SET LOCAL intervalstyle = 'postgres'",
  'SET LOCAL extra_float_digits = 1',
  "SET LOCAL bytea_output = 'hex'",
  "SELECT set_config('statement_timeout', '30min', true) WHERE current_setting('statement_timeout') = '0'",
]

/** Lets the server end a query whose client is gone; older ones, and those on some systems, cannot. */
const noticeClosedSockets = async (client: pg.Client): Promise<void> => {
  await client.query('SAVEPOINT recspec_settings')
  await client
    .query("SET LOCAL client_connection_check_interval = '5s'")
    .catch(() => client.query('ROLLBACK TO recspec_settings'))
}

const passwordsOf = (url: string, client: pg.Client): readonly string[] => {
  const [, written = ''] = /:\/\/[^/?#@]*?:([^/?#]*)@/.exec(url) ?? []
  const known = [client.password, written].filter((one) => typeof one === 'string' && one !== '')
  return [...new Set(known as string[])]
}

/** A client of the connection that an environment variable has; throws a `DataError` where it has none. */
const clientOf = (environment: Environment, { file, connection }: Pick<Place, 'file' | 'connection'>) => {
  const url = environment[connection]?.trim() ?? ''
  const example = `export ${connection}=postgres://user@host:5432/database`
  if (url === '')
    throw new DataError('connection', `missing environment variable "${connection}"`, { file, hint: example })
  const invalid = (what: string) =>
    new DataError('connection', `invalid connection in ${connection}: ${what}`, { file, hint: example })
  if (!isConnection(url)) throw invalid('expected a URL that begins with postgres://')
  const make = () => {
    try {
      return new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: CONNECT,
        fallback_application_name: 'recspec',
      })
    } catch {
      // what the parser says has the URL in it
      throw invalid('no URL; a password with special characters is written as %40 for @')
    }
  }
  const client = make()
  // a connection that ends between queries makes the next one fail
  client.on('error', () => {})
  return { client, make, passwords: passwordsOf(url, client) }
}

/** Opens a transaction; throws a `DataError` where the variable is missing or the server refuses. */
export const openTransaction = async (
  environment: Environment,
  where: Pick<Place, 'file' | 'connection'>,
  signal?: AbortSignal,
): Promise<Transaction> => {
  const { client, make, passwords } = clientOf(environment, where)
  const { host, port } = client
  const server = host.startsWith('/') ? `${host} (port ${port})` : `${host}:${port}`
  let pid = 0
  /** Stops what the server does for us; a socket that closes would be noticed late. */
  const stop = async () => {
    const other = make()
    other.on('error', () => {})
    try {
      await other.connect()
      await other.query('SELECT pg_cancel_backend($1)', [pid])
    } catch {
      // the server is gone, or ends the query when it sees the closed socket
    } finally {
      await other.end().catch(() => {})
    }
  }
  const onAbort = () => void stop()
  try {
    await client.connect()
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    for (const setting of SETTINGS) await client.query(setting)
    await noticeClosedSockets(client)
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    pid = rows[0]!.pid
  } catch (error) {
    await client.end().catch(() => {})
    throw connectionError(error, server, { ...where, passwords })
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    client,
    passwords,
    end: async () => {
      signal?.removeEventListener('abort', onAbort)
      // nothing is ever committed; a pooler keeps the connection
      await client.query('ROLLBACK').catch(() => {})
      await client.end().catch(() => {})
    },
  }
}
