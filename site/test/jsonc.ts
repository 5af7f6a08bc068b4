import { type ParseError, parse } from 'jsonc-parser'

/** An excerpt that begins with a property is entries of an object: as text of that object. */
export const wholeText = (text: string): string => (/^\s*(\/\/.*\n\s*)*"/.test(text) ? `{${text}\n}` : text)

/** The value of JSON with comments; undefined where the text is none. */
export const jsonValue = (text: string): unknown => {
  const errors: ParseError[] = []
  const value: unknown = parse(text, errors, { allowTrailingComma: true })
  return errors.length > 0 ? undefined : value
}
