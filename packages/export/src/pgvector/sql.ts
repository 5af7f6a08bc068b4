/** Bytes of the longest name in PostgreSQL. */
const LONGEST = 63

/** A name as SQL writes it, cut at the 63 bytes that PostgreSQL keeps, between characters. */
export const identifier = (name: string): string => {
  let kept = ''
  let bytes = 0
  for (const character of name.replaceAll('\0', '')) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > LONGEST) break
    kept += character
  }
  return `"${kept.replaceAll('"', '""')}"`
}

/** A text as SQL writes it, whatever `standard_conforming_strings` is; on one line. */
export const literal = (text: string): string => {
  const escaped = text.replaceAll("'", "''").replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `${escaped === text.replaceAll("'", "''") ? '' : 'E'}'${escaped}'`
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

/** A cell of COPY's text format, which keeps every row on one line; null is missing. */
export const copyCell = (text: string | null): string =>
  text === null ? '\\N' : text.replace(/[\\\t\n\r]/g, (character) => ESCAPES.get(character)!)

/** A vector as pgvector reads it: the nine digits from which a 32-bit float is the same again. */
export const vectorText = (values: Float32Array): string => {
  const numbers = Array.from(values, (value) => String(Number(value.toPrecision(9))))
  return `[${numbers.join(',')}]`
}
