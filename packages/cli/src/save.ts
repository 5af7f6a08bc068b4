import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file whole or not at all: a temporary file in the same directory, flushed, renamed over the old one, and the
 * directory flushed. The old file survives any failure.
 */
export const save = async (path: string, content: Uint8Array | string): Promise<void> => {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true })
  const temporary = join(directory, `.${basename(path)}.${process.pid}.tmp`)
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await flush(directory)
}

const flush = async (directory: string): Promise<void> => {
  // Windows cannot open a directory; its rename is durable enough
  const handle = await open(directory, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } catch {
    // some file systems refuse to flush a directory: the file itself is already on disk
  } finally {
    await handle?.close()
  }
}
