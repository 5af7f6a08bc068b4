import type { Report } from './diagnostic.js'
import { badPointer, unknownPointer } from './messages.js'
import { isObject, pathOf, valueAt } from './pointer.js'

/**
 * Reports pointers of `search` without a parent in the document; the value itself may be absent (a default). Skips
 * sections in `wrong`.
 */
export const validateSearch = (
  document: Readonly<Record<string, unknown>>,
  wrong: ReadonlySet<string>,
  report: Report,
): void => {
  const search = document['search']
  const parameters = isObject(search) ? search['parameters'] : undefined
  if (!isObject(parameters)) return
  for (const name of Object.keys(parameters)) {
    const parameter = parameters[name]
    const at = isObject(parameter) ? parameter['at'] : undefined
    if (!Array.isArray(at)) continue
    at.forEach((text, index) => {
      if (typeof text !== 'string') return
      const where = ['search', 'parameters', name, 'at', `${index}`]
      const path = pathOf(text)
      if (!path) report(where, badPointer(text))
      else if (wrong.has(path[0] ?? '') || (wrong.size > 0 && !Object.hasOwn(document, path[0] ?? ''))) return
      else if (path.length === 0 || path[0] === 'search' || !settable(document, path))
        report(where, unknownPointer(text))
    })
  }
}

const settable = (document: unknown, path: readonly string[]): boolean =>
  valueAt(document, path) !== undefined || (path.length > 1 && isObject(valueAt(document, path.slice(0, -1))))
