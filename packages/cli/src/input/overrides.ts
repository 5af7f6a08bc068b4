import { failure } from '../exit.js'

/** One `--set /pointer=value`: the value is JSON where it parses as JSON, text otherwise. */
export interface Override {
  readonly pointer: string
  readonly value: unknown
}

/** Reads `/solver/epochs=5`. */
export const parseOverride = (text: string): Override => {
  const at = text.indexOf('=')
  if (at < 0 || !text.startsWith('/'))
    throw failure('document', `invalid --set "${text}"`, 'write a JSON pointer and a value: --set /solver/epochs=5')
  return { pointer: text.slice(0, at), value: parsed(text.slice(at + 1)) }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
