import type { Entities, Ids } from '@recspec/core'
import { vocabulary } from '../columns/vocabulary.js'
import { readEntities } from '../dataset/entities.js'
import { plainFileEntry } from '../document/entries.js'
import { openDatabase } from '../files/duckdb.js'
import { openFile } from '../files/open.js'

/**
 * Reads a plain file of users or items into columns in the order of known ids; rows of other ids are left out. Throws a
 * `DataError` where the file cannot be read.
 */
export const readEntityTable = async (path: string, side: 'users' | 'items', ids: Ids): Promise<Entities> => {
  const database = await openDatabase('512MB')
  try {
    const known = vocabulary(Array.from({ length: ids.count }, (_, index) => ids.at(index)))
    return (await readEntities(database, await openFile(database, plainFileEntry(side, path)), known, false)).value
  } finally {
    await database.close()
  }
}
