import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { failure } from '../exit.js'
import type { Host } from '../host.js'

/** A document's text, and the name by which errors point at it. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** Reads a document as written. */
export const readSource = async (host: Host, path: string): Promise<Source> => {
  try {
    return { name: path, text: await readFile(resolve(host.cwd, path), 'utf8') }
  } catch (error) {
    throw failure('document', `unreadable document "${path}": ${fileReason(error)}`)
  }
}

/** Why the file system refused, in words. */
export const fileReason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'no such file'
  if (code === 'EISDIR') return 'is a directory'
  if (code === 'EACCES' || code === 'EPERM') return 'no permission'
  return (error as Error).message
}
