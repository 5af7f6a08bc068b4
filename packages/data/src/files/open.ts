import type { FileEntry } from '../document/entries.js'
import { DataError } from '../error.js'
import { openDelimited } from './delimited.js'
import type { OpenFile } from './file.js'
import { openJsonl } from './jsonl.js'
import { openParquet } from './parquet.js'

const notRows: OpenFile = async (_, { path }) => {
  throw new DataError('unknown-format', 'an array has no columns, only "vectors" may name it', { file: path })
}

const OPEN: Record<FileEntry['format'], OpenFile> = {
  delimited: openDelimited,
  jsonl: openJsonl,
  parquet: openParquet,
  npy: notRows,
  safetensors: notRows,
}

/** Opens a file of rows, whatever its format. */
export const openFile: OpenFile = (database, entry) => OPEN[entry.format](database, entry)
