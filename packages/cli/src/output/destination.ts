import { open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { temporaryPath } from './save.js'

/** Longest name of a file, in bytes. */
const LONGEST = 255

/** A file that a command reads, and what it is to the command. */
export interface InputFile {
  readonly path: string
  readonly what: string
}

/**
 * Refuses, before any work, a path where a file cannot be written: a directory, a device, a path below a file, a folder
 * that refuses new files, a name that is too long. `subject` is how messages call the path.
 */
export const checkDestination = async (path: string, subject: string): Promise<void> => {
  const there = await stat(path).catch(() => undefined)
  if (there?.isDirectory()) throw failure('document', `${subject} is a directory`, 'give the name of a file in it')
  if (there && !there.isFile())
    throw failure('document', `${subject} is not a regular file`, 'a device is not replaced')
  await checkFolder(dirname(path), subject, basename(temporaryPath(path)))
}

/** Refuses, before any work, a folder that cannot be made or written to. `subject` is how messages call it. */
export const checkFolder = async (folder: string, subject: string, name = `.recspec.${process.pid}.tmp`) => {
  const long = [...folder.split(/[/\\]/), name].find((part) => Buffer.byteLength(part) > LONGEST)
  if (long !== undefined)
    throw failure('document', `${subject}: the name is too long`, `names have at most ${LONGEST} bytes`)
  const nearest = await existing(folder)
  const probe = join(nearest, nearest === folder ? name : `.recspec.${process.pid}.tmp`)
  try {
    await (await open(probe, 'w')).close()
  } catch (error) {
    throw failure('document', `${subject}: ${fileReason(error)}`, 'name a folder that can be written to')
  } finally {
    await rm(probe, { force: true }).catch(() => {})
  }
}

/** The folder of an export, as `--out` names it: refuses a file, and a folder that cannot be written to. */
export const folderOf = async (cwd: string, out: string): Promise<string> => {
  const folder = resolve(cwd, out)
  const there = await stat(folder).catch(() => undefined)
  if (there && !there.isDirectory())
    throw failure('document', `--out ${out} is a file`, 'name a folder: the export has several files')
  await checkFolder(folder, `--out ${out}`)
  return folder
}

/** The nearest path upwards that exists. */
const existing = async (path: string): Promise<string> =>
  (await stat(path).then(
    () => true,
    () => false,
  )) || dirname(path) === path
    ? path
    : existing(dirname(path))

/** Refuses to write over a file that the command reads, by whatever path or link it is named. */
export const checkOverlap = async (
  cwd: string,
  path: string,
  subject: string,
  inputs: readonly InputFile[],
  option = '--out',
): Promise<void> => {
  const own = await identity(resolve(cwd, path))
  for (const input of inputs)
    if ((await identity(resolve(cwd, input.path))) === own)
      throw failure('document', `${subject} is ${input.what}`, `give another file with ${option}`)
}

const identity = async (path: string): Promise<string> => {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return path
  }
}
