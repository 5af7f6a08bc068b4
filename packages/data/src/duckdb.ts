import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'

/** A database in memory with a folder of its own for what does not fit. */
export interface Engine {
  readonly connection: DuckDBConnection
  readonly folder: string
  close(): Promise<void>
}

/** Opens an engine; no extension is ever downloaded, files are read in their own order. */
export const openEngine = async (memory: string): Promise<Engine> => {
  const folder = await mkdtemp(join(tmpdir(), 'recspec-'))
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: memory,
    temp_directory: folder,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
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

/** A text column of a block: 4 words for each row, the length and 12 bytes, which hold the text itself if it is no longer. */
export interface Texts {
  readonly words: Int32Array
  readonly valid: Validity
  text(row: number): string
}

/** A bit for each row, 0 where the cell is missing; null where none is. */
export type Validity = Uint8Array | null

export const isValid = (valid: Validity, row: number): boolean =>
  valid === null || ((valid[row >> 3]! >> (row & 7)) & 1) === 1

/** Some rows of a result, column by column. Views into memory of the engine: good until the next block. */
export interface Block {
  readonly count: number
  /** A DOUBLE column. */
  numbers(column: number): { readonly values: Float64Array; readonly valid: Validity }
  /** A VARCHAR column. */
  texts(column: number): Texts
}

const decoder = new TextDecoder()

/** Streams the result of a query. Node-api's own accessors make an object for each cell, which is 20 times slower. */
export async function* blocks(engine: Engine, sql: string): AsyncGenerator<Block> {
  const result = await engine.connection.stream(sql)
  for (;;) {
    const chunk = await result.fetchChunk()
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

/** The rows of a small result, as JavaScript values. */
export const rows = async (engine: Engine, sql: string): Promise<unknown[][]> =>
  (await engine.connection.runAndReadAll(sql)).getRowsJS() as unknown[][]

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
