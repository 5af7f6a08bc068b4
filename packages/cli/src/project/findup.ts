import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The path of the nearest file of this name, in a directory or above it. */
export const findUp = (from: string, name: string): string | undefined => {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, name)
    if (existsSync(path)) return path
    if (dirname(directory) === directory) return undefined
  }
}
