import { limits } from '@recspec/dsl'
import { failure } from '../exit.js'

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
