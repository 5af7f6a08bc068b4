import type { Encoding } from '../files/scan.js'

/** How a text file seems to be written. */
export interface GuessedDialect {
  readonly delimiter: string
  /** Whether the first line names the columns. */
  readonly header: boolean
  /** Why the first line is taken for a header, or not. */
  readonly why: string
}

/** Delimiters, those that are part of others or of texts last. */
const DELIMITERS = ['::', '\t', ';', '|', ',', ' ']

/** The cells of a line, without their quotes. */
const cellsOf = (line: string, delimiter: string): string[] => {
  const quoted: string[] = []
  // a quoted cell may have delimiters in it: it is replaced while the line is cut
  const plain = line.replace(
    /"((?:[^"]|"")*)"/g,
    (_, inner: string) => `\0${quoted.push(inner.replaceAll('""', '"')) - 1}\0`,
  )
  return plain.split(delimiter).map((cell) => cell.replace(/\0(\d+)\0/g, (_, place) => quoted[Number(place)]!))
}

/** The delimiter that cuts all lines into as many cells; of several the usual one of the file's extension. */
const delimiterOf = (lines: readonly string[], usual: string): string => {
  const fits = DELIMITERS.filter((delimiter) => {
    const width = cellsOf(lines[0]!, delimiter).length
    const same = lines.filter((line) => cellsOf(line, delimiter).length === width)
    return width > 1 && same.length >= 0.95 * lines.length
  })
  return fits.includes(usual) ? usual : (fits[0] ?? usual)
}

const isNumber = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell))

/** Delimiter and header of a text file from its first lines; `usual` is the delimiter of its extension. */
export const guessDialect = (lines: readonly string[], usual: string): GuessedDialect => {
  const delimiter = delimiterOf(lines, usual)
  const [first = [], ...others] = lines.map((line) => cellsOf(line, delimiter))
  const guess = (header: boolean, why: string): GuessedDialect => ({ delimiter, header, why })
  const number = first.find(isNumber)
  if (number !== undefined) return guess(false, `its first line has the number ${number}`)
  if (first.some((cell) => cell.trim() === '')) return guess(false, 'a cell of its first line is empty')
  if (new Set(first).size < first.length) return guess(false, 'its first line has the same cell twice')
  const repeated = first.find((cell, place) => others.some((row) => row[place] === cell))
  if (repeated !== undefined) return guess(false, `"${repeated}" of its first line is in other lines too`)
  return guess(true, 'its first line has neither numbers nor cells of other lines')
}

/** The encoding of some bytes of a file, which may end within a character. */
export const guessEncoding = (bytes: Buffer): Encoding => {
  const mark = bytes.toString('hex', 0, 2)
  if (mark === 'fffe' || mark === 'feff') return 'utf-16'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return 'utf-8'
  } catch {
    return 'latin1'
  }
}
