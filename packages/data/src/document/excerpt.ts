/** How many characters of a line are shown. */
const WIDTH = 160

/** Where something is in a text: line and column count from 1. */
export interface Excerpt {
  readonly line: number
  readonly column: number
  /** The line between gutters, and carets below the words. */
  readonly lines: readonly string[]
}

/** The line of a text that has a mistake, with carets below it. */
export const excerptOf = (text: string, offset: number, length: number): Excerpt => {
  const before = text.slice(0, offset).split('\n')
  const line = before.length
  const column = before.at(-1)!.length
  const whole = text.split('\n')[line - 1]!.trimEnd()
  // a long line is cut on both sides of the mistake
  const from = whole.length > WIDTH ? Math.max(0, column - WIDTH / 2) : 0
  const shown = whole.slice(from, from + WIDTH)
  const gutter = ' '.repeat(String(line).length)
  const caret = ' '.repeat(column - from) + '^'.repeat(Math.max(1, Math.min(length, shown.length - column + from)))
  return { line, column: column + 1, lines: [` ${gutter} |`, ` ${line} | ${shown}`, ` ${gutter} | ${caret}`] }
}
