/** What a data error is about. */
export type DataErrorCode =
  | 'document'
  | 'file-missing'
  | 'file-empty'
  | 'unreadable'
  | 'unknown-encoding'
  | 'unknown-format'
  | 'columns-missing'
  | 'columns'
  | 'too-many-rejects'
  | 'nothing-left'
  | 'duplicate-ids'
  | 'vectors'
  | 'tokenizer'
  | 'connection'
  | 'query'

// control characters (tab and newline excepted) and the marks that reverse the direction of text
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu

/** Text of a file as it is safe to print: every control character becomes one visible character. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0)
    return code < 32 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })

/** The first names of a list, and how many more there are. */
export const listNames = (names: readonly string[]): string => {
  if (names.length === 0) return 'no columns'
  const shown = names.slice(0, 20).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name))
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ')
}

/**
 * Data that cannot be read: what is wrong (`code`, `message`), in which file and line (from 1) where they are known,
 * and a `hint` with one thing to do about it.
 */
export class DataError extends Error {
  readonly code: DataErrorCode
  readonly file?: string
  readonly line?: number
  readonly hint?: string

  constructor(code: DataErrorCode, message: string, where: { file?: string; line?: number; hint?: string } = {}) {
    super(printable(message))
    this.name = 'DataError'
    this.code = code
    if (where.file !== undefined) this.file = where.file
    if (where.line !== undefined) this.line = where.line
    if (where.hint !== undefined) this.hint = printable(where.hint)
  }
}
