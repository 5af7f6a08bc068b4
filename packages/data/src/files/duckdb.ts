import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import { DataError } from '../error.js'

/** A DuckDB database in memory, with a temporary folder for what does not fit. */
export interface Database {
  readonly connection: DuckDBConnection
  readonly folder: string
  close(): Promise<void>
}

/** The first line of what DuckDB says. */
const reason = (error: unknown): string => String((error as Error).message).split('\n')[0]!

/** Opens a database that downloads no extension and reads rows in the order of the file. */
export const openDatabase = async (memory: string): Promise<Database> => {
  const folder = await mkdtemp(join(tmpdir(), 'recspec-')).catch((error) => {
    throw new DataError('unreadable', `no temporary folder: ${reason(error)}`, {
      hint: 'set TMPDIR to a folder with space',
    })
  })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: memory,
    temp_directory: folder,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }).catch(async (error) => {
    await rm(folder, { recursive: true, force: true })
    throw new DataError('unreadable', `DuckDB does not start: ${reason(error)}`)
  })
  const connection = await instance.connect()
  return {
    connection,
    folder,
    close: async () => {
      connection.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What DuckDB says of a file that it cannot read, as an error of the data. */
const unreadable = (file: string, error: unknown): DataError =>
  error instanceof DataError ? error : new DataError('unreadable', `unreadable file: ${reason(error)}`, { file })

/**
 * A text column of a block: 4 words a row, the length in bytes and 12 bytes, which hold a text of at most 12 bytes
 * itself.
 */
export interface Texts {
  readonly words: Int32Array
  readonly valid: Validity
  text(row: number): string
}

/** A bit a row, 0 where the cell is missing; null where no cell is. */
export type Validity = Uint8Array | null

export const isPresent = (valid: Validity, row: number): boolean =>
  valid === null || ((valid[row >> 3]! >> (row & 7)) & 1) === 1

/** Some rows of a result, column by column: views into DuckDB's memory, valid until the next block. */
export interface Block {
  readonly count: number
  /** A DOUBLE column. */
  numbers(column: number): { readonly values: Float64Array; readonly valid: Validity }
  /** A VARCHAR column. */
  texts(column: number): Texts
}

const decoder = new TextDecoder()

/**
 * Streams the result of a query over a file; throws a `DataError` where DuckDB cannot read it. Node-api's own accessors
 * make an object for each cell, which is 20 times slower.
 */
export async function* streamBlocks(database: Database, sql: string, file: string): AsyncGenerator<Block> {
  const fail = (error: unknown) => {
    throw unreadable(file, error)
  }
  const result = (await database.connection.stream(sql).catch(fail)) as DuckDBResult
  for (;;) {
    const chunk = (await result.fetchChunk().catch(fail)) as DuckDBDataChunk | null
    const count = chunk?.rowCount ?? 0
    if (!chunk || count === 0) return
    const column = (index: number, width: number) => {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, index)
      const data = duckdb.vector_get_data(vector, count * width)
      const valid = duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8) as Validity
      return { data, valid: valid ?? null }
    }
    yield {
      count,
      numbers: (index) => {
        const { data, valid } = column(index, 8)
        return { values: new Float64Array(data.buffer, data.byteOffset, count), valid }
      },
      texts: (index) => {
        const { data, valid } = column(index, 16)
        const words = new Int32Array(data.buffer, data.byteOffset, count * 4)
        const text = (row: number) => {
          const length = words[4 * row]!
          const start = data.byteOffset + 16 * row
          return decoder.decode(
            length <= 12
              ? new Uint8Array(data.buffer, start + 4, length)
              : duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, start + 8, length),
          )
        }
        return { words, valid, text }
      },
    }
  }
}

/** The rows of a small result as JavaScript values; throws a `DataError` where DuckDB cannot read the file. */
export const queryRows = async (database: Database, sql: string, file: string): Promise<unknown[][]> => {
  try {
    return (await database.connection.runAndReadAll(sql)).getRowsJS() as unknown[][]
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** A text as SQL writes it; statements end at a NUL, which is therefore written as a call. */
export const sqlString = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\0', "' || chr(0) || '")}'`
  return text.includes('\0') ? `(${quoted})` : quoted
}
