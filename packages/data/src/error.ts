/** What a data error is about; every one has a sentence, and where it helps a hint with the line to write. */
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

/** Data that cannot be used: what is wrong, in which file and line, and one thing to do about it. */
export class DataError extends Error {
  readonly code: DataErrorCode
  readonly file?: string
  readonly line?: number
  readonly hint?: string

  constructor(code: DataErrorCode, message: string, where: { file?: string; line?: number; hint?: string } = {}) {
    super(message)
    this.name = 'DataError'
    this.code = code
    if (where.file !== undefined) this.file = where.file
    if (where.line !== undefined) this.line = where.line
    if (where.hint !== undefined) this.hint = where.hint
  }
}
