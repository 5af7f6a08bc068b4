import { open, readFile, rm } from 'node:fs/promises'
import { failure } from '../exit.js'
import { isRunning, writeFailure } from '../output/save.js'

/**
 * Keeps other processes from running the same search: a file beside the journal has the number of the process. One that
 * a killed process left is replaced. Resolves to a function that gives the journal free.
 */
export const lockJournal = async (path: string, shown: string): Promise<() => Promise<void>> => {
  const lock = `${path}.lock`
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''))
  if (owner > 0 && owner !== process.pid && isRunning(owner))
    throw failure(
      'document',
      `process ${owner} is running the search of "${shown}"`,
      `give another file with --journal; if that process is no search, remove ${shown}.lock`,
    )
  try {
    const file = await open(lock, 'w')
    await file.writeFile(`${process.pid}\n`)
    await file.close()
  } catch (error) {
    throw writeFailure(lock, error)
  }
  return () => rm(lock, { force: true })
}
