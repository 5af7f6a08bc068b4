import { DataError } from '../error.js'
import { checkFile } from '../files/path.js'
import { bytesOf, scanRows } from '../files/scan.js'
import { npyIds } from './npy.js'

/** No line of text holds this character, so a line is an id. */
const LINE = { delimiter: '\u0001', quote: '', encoding: 'utf-8' } as const

/** Reads a file of ids: `.npy`, else text with one id a line. */
export const readIds = async (path: string): Promise<string[]> => {
  if (path.toLowerCase().endsWith('.npy')) return npyIds(path)
  await checkFile(path)
  const ids: string[] = []
  await scanRows(path, LINE, (row) => {
    if (row.defect) throw new DataError('unreadable', `invalid id: ${row.defect}`, { file: path, line: row.line })
    ids.push(bytesOf(row).toString('utf8'))
  })
  return ids
}
