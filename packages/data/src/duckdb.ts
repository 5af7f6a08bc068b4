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
  has(row: number): boolean
  at(row: number): string
}

/** Some rows of a result, column by column. Views into memory of the engine: good until the next block. */
export interface Block {
  readonly count: number
  /** A DOUBLE column. */
  numbers(column: number): { readonly values: Float64Array; has(row: number): boolean }
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
      const valid = duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8) as Uint8Array | null
      return { data, has: (row: number) => !valid || ((valid[row >> 3]! >> (row & 7)) & 1) === 1 }
    }
    yield {
      count,
      numbers: (index) => {
        const { data, has } = column(index, 8)
        return { values: new Float64Array(data.buffer, data.byteOffset, count), has }
      },
      texts: (index) => {
        const { data, has } = column(index, 16)
        const words = new Int32Array(data.buffer, data.byteOffset, count * 4)
        const at = (row: number) => {
          const length = words[4 * row]!
          const start = data.byteOffset + 16 * row
          return decoder.decode(
            length <= 12
              ? new Uint8Array(data.buffer, start + 4, length)
              : duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, start + 8, length),
          )
        }
        return { words, has, at }
      },
    }
  }
}

/** The rows of a small result, as JavaScript values. */
export const rows = async (engine: Engine, sql: string): Promise<unknown[][]> =>
  (await engine.connection.runAndReadAll(sql)).getRowsJS() as unknown[][]

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
