import type { FileEntry } from '../document/entries.js'
import { DataError } from '../error.js'
import { openDelimited } from './delimited.js'
import { withDerived } from './derive.js'
import type { OpenFile } from './file.js'
import { openJsonl } from './jsonl.js'
import { openParquet } from './parquet.js'
import { openPostgres } from './postgres.js'

const notRows: OpenFile = async (_, { path }) => {
  throw new DataError('unknown-format', 'an array has no columns, only "vectors" may name it', { file: path })
}

const OPEN: Record<FileEntry['format'], OpenFile> = {
  delimited: openDelimited,
  jsonl: openJsonl,
  parquet: openParquet,
  npy: notRows,
  safetensors: notRows,
  postgres: openPostgres,
}

/** Opens a file of rows, whatever its format, with the columns that its entry derives. */
export const openFile: OpenFile = async (database, entry) =>
  withDerived(database, await OPEN[entry.format](database, entry))
