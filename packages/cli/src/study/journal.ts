import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { writeFailure } from '../output/save.js'
import { checkHeader, type JournalHeader } from './header.js'
import type { TrialRecord } from './record.js'

/** The trials of a search on disk: lines of JSON that are only ever appended. */
export interface Journal {
  /** Trials that the journal had when it was opened, by their numbers. */
  readonly records: ReadonlyMap<number, TrialRecord>
  /** Appends a trial; it is on the disk when the promise resolves. */
  append(record: TrialRecord): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a journal, or starts one. The last line is dropped, and `note` called, where it is torn: the process that wrote
 * it was killed. Throws a `Failure` where the journal is of another search or is damaged.
 */
export const openJournal = async (
  path: string,
  shown: string,
  header: JournalHeader,
  note: (text: string) => void,
): Promise<Journal> => {
  const lines = await readLines(path, shown, note)
  const [first, ...rest] = lines
  if (first) {
    const stored = parsed<JournalHeader>(first, shown, 1)
    if (stored.journal !== 1)
      throw failure('artifact', `"${shown}" is no journal of a search`, 'give another file with --journal')
    checkHeader(shown, stored, header)
  }
  const records = new Map<number, TrialRecord>()
  for (const [index, line] of rest.entries()) {
    const record = parsed<TrialRecord>(line, shown, index + 2)
    records.set(record.trial, record)
  }
  const file = await writing(path, async () => {
    await mkdir(dirname(path), { recursive: true })
    return open(path, 'a')
  })
  const write = (value: unknown) => writing(path, () => appendLine(file, value))
  if (!first) await write(header)
  return { records, append: write, close: () => file.close() }
}

const appendLine = async (file: FileHandle, value: unknown): Promise<void> => {
  await file.appendFile(`${JSON.stringify(value)}\n`)
  await file.sync()
}

const writing = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw writeFailure(path, error)
  }
}

/** The whole lines of a journal; none where there is no file. A torn last line is cut off the file. */
const readLines = async (path: string, shown: string, note: (text: string) => void): Promise<readonly string[]> => {
  const content = await readFile(path).catch((error) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw failure('artifact', `unreadable journal "${shown}": ${fileReason(error)}`)
  })
  const end = content.lastIndexOf(0x0a) + 1
  if (end < content.length) {
    note(`left out the last line of ${shown}, which was cut off while it was written\n`)
    await truncate(path, end)
  }
  return content.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
}

const parsed = <T>(line: string, shown: string, number: number): T => {
  try {
    return JSON.parse(line) as T
  } catch {
    throw failure('artifact', `"${shown}" is damaged in line ${number}`, 'a journal is one JSON object a line')
  }
}
