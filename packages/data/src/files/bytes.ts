import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { DataError } from '../error.js'

/** Whether the name of a file says that gzip has compressed it. */
export const isGzip = (path: string): boolean => path.toLowerCase().endsWith('.gz')

/** Bytes read at a time. */
const PIECE = 2 ** 22

const isZlib = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

/** A file's bytes, decompressed, in pieces; throws a `DataError` where its gzip is damaged or ends too soon. */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: PIECE })
  if (!isGzip(path)) return yield* file as AsyncIterable<Buffer>
  const gunzip = createGunzip({ chunkSize: PIECE })
  // pipe() passes no error on
  file.on('error', (error) => gunzip.destroy(error))
  file.pipe(gunzip)
  try {
    yield* gunzip as AsyncIterable<Buffer>
  } catch (error) {
    if (!isZlib(error)) throw error
    throw new DataError('unreadable', `damaged gzip file: ${error.message}`, {
      file: path,
      hint: 'a download that broke off? `gzip -t` checks a file',
    })
  } finally {
    file.destroy()
  }
}
