/** The keys and indices from the root of a document to a value. */
export type Path = readonly string[]

/** A path as an RFC 6901 pointer: `/ops/score/inputs/0`. */
export const pointer = (path: Path): string =>
  path.map((key) => '/' + key.replaceAll('~', '~0').replaceAll('/', '~1')).join('')

/** The path of a pointer; undefined where the text is not a pointer. */
export const pathOf = (text: string): Path | undefined => {
  if (text === '') return []
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  return text
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at a path, undefined where there is none. */
export const valueAt = (root: unknown, path: Path): unknown => {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** True for a JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
