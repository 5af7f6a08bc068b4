import { parseJsonc } from '../../packages/cli/src/input/jsonc.js'

/** An excerpt that begins with a property is entries of an object: as text of that object. */
export const wholeText = (text: string): string => (/^\s*(\/\/.*\n\s*)*"/.test(text) ? `{${text}\n}` : text)

/** The value of JSON with comments; undefined where the text is none. */
export const jsonValue = (text: string): unknown => {
  try {
    return parseJsonc(text)
  } catch {
    return undefined
  }
}
