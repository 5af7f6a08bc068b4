import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'

/** Reads JSON with comments and trailing commas; throws an `Error` with a sentence where it is none. */
export const parseJsonc = (text: string): unknown => {
  const errors: ParseError[] = []
  const value: unknown = parse(text, errors, { allowTrailingComma: true })
  const [error] = errors
  if (!error) return value
  const line = text.slice(0, error.offset).split('\n').length
  const words = printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  throw new Error(`invalid JSON in line ${line}: ${words}`)
}
