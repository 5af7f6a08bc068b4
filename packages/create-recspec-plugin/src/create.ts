import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PluginNames } from './names.js'

const TEMPLATE = fileURLToPath(new URL('../template', import.meta.url))

/** Files that cannot have their own names in a published package: npm renames one, and reads the other. */
const STORED: ReadonlyMap<string, string> = new Map([
  ['gitignore', '.gitignore'],
  ['manifest.json', 'package.json'],
])

/** The template's own names, by what stands in their place. */
const named = (text: string, names: PluginNames, year: number): string =>
  text
    .replaceAll('recspec-plugin-example', names.package)
    .replaceAll('../manifest.json', '../package.json')
    .replaceAll('example: typeof example', `'${names.plugin}': typeof ${names.identifier}`)
    .replaceAll(/\bexample\//g, `${names.plugin}/`)
    .replaceAll(/(['"])example\1/g, `$1${names.plugin}$1`)
    .replaceAll(/\bexample\b(?=[:,)} ])/g, names.identifier)
    .replaceAll('YEAR', String(year))

/** Every file of the template, by its path in the new folder. */
const templateFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    files.sort().map((path) => {
      const relative = path.slice(TEMPLATE.length + 1)
      return [STORED.get(relative) ?? relative, path]
    }),
  )
}

/**
 * Writes the package of a plugin with an op, a loss and an input into an empty folder, and gives the paths of its
 * files. Throws a sentence where the folder has files.
 */
export const createPlugin = async (folder: string, names: PluginNames, year: number): Promise<readonly string[]> => {
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (present.length > 0) throw new Error(`the folder "${folder}" is not empty`)
  const files = await templateFiles()
  for (const [path, source] of files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, named(await readFile(source, 'utf8'), names, year))
  }
  return [...files.keys()]
}
