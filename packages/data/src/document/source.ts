import { findNodeAtLocation, type Node } from 'jsonc-parser'
import { isConnection } from '../postgres/secret.js'
import type { Mistake } from './parse.js'
import { connectionName } from './schema.js'

/** The entries that may be read from a query, with their places. */
const entriesIn = (root: Node): { readonly path: readonly string[]; readonly node: Node }[] => {
  const at = (...path: string[]) => {
    const node = findNodeAtLocation(root, path)
    return node?.type === 'object' ? [{ path, node }] : []
  }
  const named = (findNodeAtLocation(root, ['vectors'])?.children ?? []).flatMap(({ children }) =>
    at('vectors', String(children![0]!.value)),
  )
  return [...['events', 'test', 'users', 'items', 'validation'].flatMap((purpose) => at(purpose)), ...named]
}

const propertyOf = (node: Node, name: string): Node | undefined =>
  node.children?.find(({ children }) => children![0]!.value === name)?.children?.[1]

const isName = (node: Node): boolean => typeof node.value === 'string' && connectionName.test(node.value)

/** A text with stars for every connection that is written where the name of a variable is expected. */
export const hiddenConnections = (text: string, root: Node): string =>
  entriesIn(root).reduce((hidden, { node }) => {
    const given = propertyOf(node, 'connection')
    if (!given || isName(given) || given.type !== 'string') return hidden
    const from = given.offset + 1
    const to = given.offset + given.length - 1
    return hidden.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + hidden.slice(to)
  }, text)

const NAME_HINT = 'put it into a variable and write its name: "connection": "DATABASE_URL"'
const TEXT = ['delimiter', 'header', 'encoding', 'quote', 'layout']

/** What is wrong with where the rows of entries are: in a file, or in PostgreSQL by a query and a connection. */
export const sourceMistakes = (root: Node): Mistake[] => {
  const events = findNodeAtLocation(root, ['events'])
  return entriesIn(root).flatMap(({ path, node }): Mistake[] => {
    const pointer = `/${path.join('/')}`
    const mistake = (property: string | undefined, message: string, hint?: string): Mistake[] => {
      const found = (property === undefined ? undefined : propertyOf(node, property)) ?? node
      return [
        {
          pointer: property === undefined ? pointer : `${pointer}/${property}`,
          message,
          offset: found.offset,
          length: found.length,
          ...(hint === undefined ? {} : { hint }),
        },
      ]
    }
    const [file, query, connection] = ['file', 'query', 'connection'].map((name) => propertyOf(node, name))
    if (file && isConnection(String(file.value)))
      return mistake('file', 'invalid file, it is a connection', `"query": "SELECT …"; ${NAME_HINT}`)
    if (connection && typeof connection.value === 'string' && !isName(connection))
      return mistake('connection', 'invalid connection, expected the name of an environment variable', NAME_HINT)
    if (file && query) return mistake('query', 'invalid property "query", an entry has a file or a query')
    if (connection && !query)
      return file
        ? mistake('connection', 'invalid property "connection", a file has none')
        : mistake(undefined, 'missing property "query"', '"query": "SELECT …"')
    if (!file && !query) {
      // test rows may be in the file of the events
      if (pointer === '/test' && events && propertyOf(events, 'file')) return []
      return mistake(undefined, 'missing property "file"', 'or "query" and "connection" of PostgreSQL')
    }
    if (!query) return []
    if (!connection && !(pointer === '/test' && events && propertyOf(events, 'connection')))
      return mistake(undefined, 'missing property "connection"', '"connection": "DATABASE_URL", the name of a variable')
    return TEXT.filter((name) => propertyOf(node, name)).flatMap((name) =>
      mistake(name, `invalid property "${name}", a query has no text to cut`),
    )
  })
}
