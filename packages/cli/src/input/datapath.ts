import { failure } from '../exit.js'

/** Reads the path of a file of data; refuses a connection, which may hold a password and is not repeated. */
export const parseDataPath = (path: string): string => {
  if (!/^\s*postgres(ql)?:/i.test(path)) return path
  throw failure(
    'data',
    'a connection is no file of data',
    'put it into DATABASE_URL and give a data document: { "events": { "query": "SELECT …", "connection": "DATABASE_URL" } }',
  )
}
