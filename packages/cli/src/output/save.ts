import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failure } from '../exit.js'
import { fileReason, isFileError } from '../fileerror.js'

/** The file that a file is written to before it is renamed. */
export const temporaryPath = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)

/**
 * Writes a file, given whole or in pieces, whole or not at all: a temporary file in the same directory is flushed and
 * renamed over the old one, then the directory is flushed. The old file survives any failure; temporary files of killed
 * processes are removed. Throws a `Failure` with the reason of the file system.
 */
export const save = async (path: string, content: Uint8Array | string | Iterable<string>): Promise<void> => {
  const directory = dirname(path)
  const temporary = temporaryPath(path)
  try {
    await mkdir(directory, { recursive: true })
    const file = await open(temporary, 'w')
    try {
      const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content
      for (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw writeFailure(path, error)
  }
  await flush(directory)
  await sweep(directory, basename(path))
}

/** An error of the file system as a `Failure`; another one unchanged. */
export const writeFailure = (path: string, error: unknown): unknown =>
  isFileError(error)
    ? failure('output', `cannot write "${path}": ${fileReason(error)}`, 'a file that was there before is unchanged')
    : error

/** Removes temporary files of a name whose processes have ended. */
const sweep = async (directory: string, name: string): Promise<void> => {
  for (const entry of await readdir(directory).catch(() => [])) {
    const [, own, process] = /^\.(.+)\.(\d+)\.tmp$/.exec(entry) ?? []
    if (own === name && !isRunning(Number(process))) await rm(join(directory, entry), { force: true }).catch(() => {})
  }
}

/** Whether there is a process with this number. */
export const isRunning = (id: number): boolean => {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // another user's process: it runs, but may not be signalled
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const flush = async (directory: string): Promise<void> => {
  // Windows cannot open a directory; its rename is durable enough
  const handle = await open(directory, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } catch {
    // some file systems cannot flush a directory; the file itself is on the disk
  } finally {
    await handle?.close()
  }
}
