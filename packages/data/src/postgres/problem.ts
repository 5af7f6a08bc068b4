import { excerptOf } from '../document/excerpt.js'
import { DataError } from '../error.js'
import { withoutSecrets } from './secret.js'

/** The parts of an error of PostgreSQL, or of the socket to it. */
interface Problem {
  readonly message: string
  readonly code?: string
  readonly hint?: string
  readonly position?: string
  readonly errors?: readonly Error[]
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the server closed the connection',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name of the host is not resolved now',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  ETIMEDOUT: 'no answer',
  ENOENT: 'no such socket',
  EACCES: 'no permission for the socket',
}

/** What to do about errors, by their class or code (PostgreSQL, appendix A). */
const HINTS: readonly (readonly [code: string, hint: (connection: string) => string])[] = [
  ['28', (connection) => `check the user and the password in ${connection}`],
  ['3D000', (connection) => `check the name of the database in ${connection}`],
  ['53300', () => 'the server takes no more connections now'],
  ['42601', () => 'a query is one SELECT'],
  ['42P01', () => 'write the schema before the name of the table: "app.plays"'],
  ['42501', () => 'the user of the connection needs the right to SELECT'],
  ['25006', () => 'queries run in a read-only transaction'],
  [
    '57014',
    (connection) => `for more time end ${connection} with "?options=-c%20statement_timeout%3D2h" (30min by default)`,
  ],
]

const hintOf = (code: string, connection: string): string | undefined =>
  HINTS.find(([prefix]) => code.startsWith(prefix))?.[1](connection)

/** A message without passwords: those of URLs, and the ones that are known. */
const safe = (message: string, passwords: readonly string[]): string =>
  passwords
    .filter((password) => password.length > 2)
    .reduce((text, password) => text.replaceAll(password, '***'), withoutSecrets(message))

/** What is known where a query fails. */
export interface Place {
  /** The place in the data document. */
  readonly file: string
  /** The name of the environment variable. */
  readonly connection: string
  readonly passwords: readonly string[]
}

const firstLine = (text: string): string => text.split('\n')[0]!

/** The error of a connection that is not made; `server` is host and port. */
export const connectionError = (error: unknown, server: string, { file, connection, passwords }: Place): DataError => {
  const problem = (error as Problem).errors?.[0] ?? error
  const { message, code = '' } = problem as Problem
  const reason = UNREACHABLE[code] ?? (message === 'timeout expired' ? 'no answer' : firstLine(message))
  const hint = hintOf(code, connection) ?? `is the server running? ${connection} says where it is`
  return new DataError('connection', safe(`no connection to PostgreSQL at ${server}: ${reason}`, passwords), {
    file,
    hint: safe(hint, passwords),
  })
}

/** The error of a query; `prefix` is what was sent before the text of the query. */
export const queryError = (
  error: unknown,
  query: { readonly text: string; readonly prefix: string },
  { file, connection, passwords }: Place,
): DataError => {
  const { message, code = '', hint, position } = error as Problem
  const reason = UNREACHABLE[code] ?? firstLine(message)
  // PostgreSQL counts characters, not units of UTF-16
  const at = position === undefined ? -1 : Number(position) - 1 - [...query.prefix].length
  const characters = [...query.text]
  const inside = at >= 0 && at <= characters.length
  const shown = inside
    ? excerptOf(query.text, characters.slice(0, at).join('').length, wordAt(characters.slice(at).join(''))).lines
    : []
  const advice = hint ?? hintOf(code, connection)
  return new DataError('query', safe([`PostgreSQL: ${reason}`, ...shown].join('\n'), passwords), {
    file,
    ...(advice === undefined ? {} : { hint: safe(firstLine(advice), passwords) }),
  })
}

/** The letters of the word that a text begins with. */
const wordAt = (text: string): number => /^[\p{L}\p{N}_$.]+/u.exec(text)?.[0].length ?? 1
