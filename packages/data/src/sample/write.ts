import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A cell of a CSV file. */
const cell = (value: string | number): string => {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One CSV row. */
export const csv = (...cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\n`

/** Writes a file row by row in bounded memory; creates its folder. */
export const writeRows = (folder: string, name: string, write: (row: (line: string) => void) => void): void => {
  mkdirSync(folder, { recursive: true })
  const file = openSync(join(folder, name), 'w')
  let pending: string[] = []
  const flush = () => {
    writeSync(file, pending.join(''))
    pending = []
  }
  try {
    write((line) => {
      pending.push(line)
      if (pending.length === 8192) flush()
    })
    flush()
  } finally {
    closeSync(file)
  }
}

/** Writes `data.json`, one entry a line; returns its path. */
export const writeDocument = (folder: string, document: Readonly<Record<string, object>>): string => {
  const entries = Object.entries(document).map(([name, entry]) => `  ${JSON.stringify(name)}: ${JSON.stringify(entry)}`)
  const path = join(folder, 'data.json')
  writeFileSync(path, `{\n${entries.join(',\n')}\n}\n`)
  return path
}
