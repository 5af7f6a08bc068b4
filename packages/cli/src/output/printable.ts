import type { Host } from '../host.js'

/** ANSI: goes to the start of the line and clears it. */
export const CLEAR_LINE = '\r\u001b[2K'

// control characters, line separators, and marks that change the direction of text
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Whether a text needs no escape. */
export const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) < 0

/**
 * Escapes what a terminal would act on instead of showing: control characters but line ends, and bidirectional
 * overrides.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => (character === '\n' ? character : escaped(character)))

/** The same for a text that must stay on one line. */
export const oneLine = (text: string): string => printable(text).replaceAll('\n', '\\n')

/** A host that prints text of documents, data and artifacts escaped; only the progress line may clear itself. */
export const printableHost = (host: Host): Host => ({
  ...host,
  out: (text) => host.out(printable(text)),
  err: (text) =>
    host.err(
      text.startsWith(CLEAR_LINE) ? `${CLEAR_LINE}${printable(text.slice(CLEAR_LINE.length))}` : printable(text),
    ),
})
