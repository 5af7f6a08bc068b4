import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder; none when there is no such folder. */
export function* filesUnder(folder) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesUnder(path)
    else if (entry.isFile()) yield path
  }
}

/** The bytes of a file, or of all files below a folder. */
export const sizeOf = (path) => {
  if (!existsSync(path)) return 0
  if (statSync(path).isFile()) return statSync(path).size
  let bytes = 0
  for (const file of filesUnder(path)) bytes += statSync(file).size
  return bytes
}
