import { constants, type Stats } from 'node:fs'
import { access, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../error.js'
import { type Database, sqlString } from './duckdb.js'

const KINDS: readonly (readonly [kind: string, test: (found: Stats) => boolean])[] = [
  ['a folder', (found) => found.isDirectory()],
  ['a device', (found) => found.isCharacterDevice() || found.isBlockDevice()],
  ['a pipe', (found) => found.isFIFO()],
  ['a socket', (found) => found.isSocket()],
]

const FAILURES: Readonly<Record<string, string>> = {
  ELOOP: 'its symbolic links form a loop',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'the name has a NUL character',
}

/** The error of a path that could not be opened or read. */
export const pathError = (file: string, error: unknown): DataError => {
  const code = String((error as NodeJS.ErrnoException).code)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new DataError('file-missing', `missing file "${file}"`, { file })
  const reason = FAILURES[code] ?? String((error as Error).message).split('\n')[0]
  return new DataError('unreadable', `unreadable file "${file}": ${reason}`, { file })
}

/** Throws a `DataError` unless the path is a file that has something in it and may be read. */
export const checkFile = async (file: string): Promise<void> => {
  const fail = (error: unknown) => {
    throw pathError(file, error)
  }
  const found = (await stat(file).catch(fail)) as Stats
  if (!found.isFile()) {
    const kind = KINDS.find(([, test]) => test(found))?.[0] ?? 'something else'
    throw new DataError('unreadable', `expected a file, got ${kind} "${file}"`, { file })
  }
  if (found.size === 0) throw new DataError('file-empty', `empty file "${file}"`, { file })
  await access(file, constants.R_OK).catch(fail)
}

/** DuckDB takes names as patterns: a character class of one character stands for the character itself. */
const escaped = (path: string): string => path.replace(/[[*?]/g, '[$&]')

let links = 0

/** A path as SQL writes it, read literally whatever characters it has. */
export const sqlPath = async (database: Database, path: string): Promise<string> => {
  const pattern = escaped(path)
  if (pattern === path || process.platform === 'win32' || !path.includes('\\')) return sqlString(pattern)
  // a pattern would take the backslash for the end of a folder's name
  const link = join(database.folder, `link${++links}`)
  await symlink(path, link)
  return sqlString(escaped(link))
}
