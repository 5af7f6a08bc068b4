import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { DocumentSource, Finding, Mistake, Override, Report } from './diagnostic.js'
import {
  badPointer,
  doubleQuotes,
  duplicateKey,
  notFinite,
  syntax,
  tooDeep,
  tooLarge,
  tooMany,
  unknownPointer,
} from './messages.js'
import { isObject, type Path, pathOf, valueAt } from './pointer.js'

/** Limits of a document; checked before any recursive function reads it. */
export const limits = { bytes: 256 * 1024, depth: 64, values: 10_000 } as const

type Span = readonly [offset: number, length: number]

/**
 * JSON with comments and trailing commas to plain values. Objects have no prototype, so that `__proto__` and
 * `constructor` are keys like any other. Undefined when the text cannot be read.
 */
export const parse = ({ text }: DocumentSource, findings: Finding[]): unknown => {
  const place = (span: Span, mistake: Mistake, path: Path = []) => void findings.push({ ...mistake, path, span })
  const much = exceededLimit(text)
  if (much) {
    place([much.offset, 1], much.mistake)
    return undefined
  }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [error] = errors
  if (error || !root) {
    // errors after the first one are consequences of it
    const end = Math.max(1, text.trimEnd().length)
    const offset = error?.offset ?? 0
    const span: Span = offset < end ? [offset, Math.max(1, error?.length ?? 1)] : [end - 1, 1]
    place(
      span,
      syntax(syntaxErrors[error?.error ?? 4] ?? 'unreadable', text[offset] === "'" ? doubleQuotes : undefined),
    )
    return undefined
  }
  return build(root, [], place, text)
}

/** Sets values at pointers of the parsed document; the parents of the values must exist. */
export const applyOverrides = (root: unknown, overrides: readonly Override[], report: Report): unknown => {
  for (const { pointer: where, value } of overrides) {
    const path = pathOf(where)
    if (!path) {
      report([], badPointer(where))
      continue
    }
    const copy = copyOverride(value, path, report)
    const last = path.at(-1)
    if (last === undefined) {
      root = copy
      continue
    }
    const parent = valueAt(root, path.slice(0, -1))
    if (isObject(parent)) parent[last] = copy
    else if (Array.isArray(parent) && /^(0|[1-9]\d{0,4})$/.test(last) && Number(last) < parent.length)
      parent[Number(last)] = copy
    else report(path, unknownPointer(where))
  }
  return root
}

/** The JSON of a valid document, with values that replace or add others; without the section `search`. */
export const documentWith = (source: DocumentSource, overrides: readonly Override[]): unknown => {
  const root = applyOverrides(parse(source, []), overrides, () => {})
  return isObject(root) ? withoutSearch(root) : root
}

/** A document without its search. */
export const withoutSearch = (document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(document).filter(([section]) => section !== 'search'))

/** The limit that a text exceeds, and where; uses the scanner only, which does not recurse. */
export const exceededLimit = (text: string): { readonly mistake: Mistake; readonly offset: number } | undefined => {
  const bytes = utf8Length(text)
  if (bytes > limits.bytes) return { mistake: tooLarge(bytes, limits.bytes), offset: 0 }
  const scanner = createScanner(text, true)
  let depth = 0
  let values = 0
  for (let token: number = scanner.scan(); token !== tokens.end; token = scanner.scan()) {
    if (token === tokens.openBrace || token === tokens.openBracket) depth++
    if (token === tokens.closeBrace || token === tokens.closeBracket) depth--
    if (token !== tokens.comma && token !== tokens.closeBrace && token !== tokens.closeBracket) {
      // a key, its colon and its value count as one value
      if (token === tokens.colon) values--
      else values++
    }
    const offset = scanner.getTokenOffset()
    if (depth > limits.depth) return { mistake: tooDeep(limits.depth), offset }
    if (values > limits.values) return { mistake: tooMany(limits.values), offset }
  }
  return undefined
}

/** The scanner's kinds of token; its const enum is not available under isolatedModules. */
const tokens = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, colon: 6, end: 17 } as const

const utf8Length = (text: string): number => {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // a surrogate pair has four bytes, two for each half
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return bytes
}

/** By jsonc-parser's numbers of errors. */
const syntaxErrors: Readonly<Record<number, string>> = {
  1: 'unknown word',
  2: 'malformed number',
  3: 'expected a property name in quotes',
  4: 'expected a value',
  5: 'expected ":"',
  6: 'expected ","',
  7: 'expected "}"',
  8: 'expected "]"',
  9: 'expected nothing after the document',
  10: 'malformed comment',
  11: 'unclosed comment',
  12: 'string without closing quote',
  13: 'malformed number',
  14: 'malformed \\u escape',
  15: 'unknown escape',
  16: 'control character in a string',
}

// depth is at most limits.depth here
const build = (
  node: Node,
  path: Path,
  place: (span: Span, mistake: Mistake, path: Path) => void,
  text: string,
): unknown => {
  if (node.type === 'array')
    return node.children!.map((child, index) => build(child, [...path, `${index}`], place, text))
  if (node.type === 'number' && !Number.isFinite(node.value)) {
    place([node.offset, node.length], notFinite(text.slice(node.offset, node.offset + Math.min(node.length, 40))), path)
    return 0
  }
  if (node.type !== 'object') return node.value
  const object: Record<string, unknown> = Object.create(null)
  for (const { children } of node.children!) {
    const [key, value] = children as [Node, Node]
    const name = String(key.value)
    const inner = [...path, name]
    if (name in object) place([key.offset, key.length], duplicateKey(name), inner)
    else object[name] = build(value, inner, place, text)
  }
  return object
}

/** A copy of a value of an override, with objects like those of `parse`. */
const copyOverride = (value: unknown, path: Path, report: Report): unknown => {
  let values = 0
  const copy = (from: unknown, depth: number): unknown => {
    if (++values > limits.values) return undefined
    if (typeof from === 'number' && !Number.isFinite(from)) {
      report(path, notFinite(String(from)))
      return 0
    }
    if (typeof from !== 'object' || from === null) return from
    if (depth > limits.depth) {
      report(path, tooDeep(limits.depth))
      return null
    }
    if (Array.isArray(from)) return from.map((one) => copy(one, depth + 1))
    const object: Record<string, unknown> = Object.create(null)
    for (const key of Object.keys(from)) object[key] = copy((from as Record<string, unknown>)[key], depth + 1)
    return object
  }
  const copied = copy(value, path.length)
  if (values > limits.values) report(path, tooMany(limits.values))
  return copied
}
