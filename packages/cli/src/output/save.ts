import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file whole or not at all: a temporary file in the same directory, flushed, renamed over the old one, and the
 * directory flushed. The old file survives any failure, and what a killed process left unfinished is swept away.
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
  await sweep(directory, basename(path))
}

/** Removes the temporary files of a name whose processes are gone. */
const sweep = async (directory: string, name: string): Promise<void> => {
  for (const entry of await readdir(directory)) {
    const [, own, process] = /^\.(.+)\.(\d+)\.tmp$/.exec(entry) ?? []
    if (own === name && !isRunning(Number(process))) await rm(join(directory, entry), { force: true })
  }
}

const isRunning = (id: number): boolean => {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // another user's process may not be asked, but it is there
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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
