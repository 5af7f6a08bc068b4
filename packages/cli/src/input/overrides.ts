import { type Diagnostic, type DocumentSource, limits } from '@recspec/dsl'
import { failure } from '../exit.js'
import { closest } from './closest.js'
import { parseJsonc } from './jsonc.js'

/** One `--set /pointer=value`: the value is JSON where it parses as JSON, text otherwise. */
export interface Override {
  readonly pointer: string
  readonly value: unknown
}

/** Reads `/solver/epochs=5`; throws a `Failure` for a value that no document may hold. */
export const parseOverride = (text: string): Override => {
  const at = text.indexOf('=')
  if (at < 0 || !text.startsWith('/'))
    throw failure('document', `invalid --set "${text}"`, 'write a JSON pointer and a value: --set /solver/epochs=5')
  const pointer = text.slice(0, at)
  const value = parsed(text.slice(at + 1))
  checkValue(pointer, value)
  return { pointer, value }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Walks without recursion: the value may be nested deeper than the stack. */
const checkValue = (pointer: string, whole: unknown): void => {
  const open: (readonly [value: unknown, depth: number])[] = [[whole, 1]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next
    if (typeof value === 'number' && !Number.isFinite(value))
      throw failure('document', `invalid number in --set ${pointer}: expected a finite one`)
    if (typeof value !== 'object' || value === null) continue
    if (depth > limits.depth)
      throw failure('document', `invalid --set ${pointer}: expected at most ${limits.depth} levels`)
    for (const inner of Object.values(value)) open.push([inner, depth + 1])
  }
}

/**
 * Adds the pointer that was probably meant to diagnostics of `--set`: one of the properties that the document already
 * has, which dsl does not suggest, as a document may not have them twice.
 */
export const suggestPointers = (source: DocumentSource, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((diagnostic) => {
    if (diagnostic.source !== '--set' || diagnostic.code !== 'unknown-property') return diagnostic
    const cut = diagnostic.pointer.lastIndexOf('/')
    const parent = objectAt(source, diagnostic.pointer.slice(0, cut))
    const near = closest(decoded(diagnostic.pointer.slice(cut + 1)), Object.keys(parent))
    if (near === undefined) return diagnostic
    return { ...diagnostic, hint: `did you mean ${diagnostic.pointer.slice(0, cut)}/${near}?` }
  })

/** The object at a pointer of a document; an empty one where there is none. */
const objectAt = ({ text }: DocumentSource, pointer: string): object => {
  let value: unknown = parseJsonc(text)
  for (const key of pointer.split('/').slice(1).map(decoded)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return {}
    value = (value as Record<string, unknown>)[key]
  }
  return typeof value === 'object' && value !== null ? value : {}
}

const decoded = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')
