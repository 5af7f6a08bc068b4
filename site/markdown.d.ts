/** A fenced block: what follows its backticks, the code, and the line it begins at, from 1. */
export interface Block {
  readonly info: string
  readonly language: string
  /** The second word of `info`. */
  readonly file: string | undefined
  readonly code: string
  readonly line: number
}

/** The fenced blocks of a text, in order. */
export const blocksOf: (text: string) => readonly Block[]

/** A text with the code of one of its blocks replaced. */
export const withCode: (text: string, block: Block, code: string) => string
