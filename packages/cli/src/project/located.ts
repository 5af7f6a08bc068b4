import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { moduleResolve } from 'import-meta-resolve'
import { failure } from '../exit.js'
import { fileReason, isFileError } from '../fileerror.js'

const CONDITIONS = new Set(['node', 'import'])

/** What a file URL or a path says, as a path; undefined for the name of a package. */
export const pathOf = (name: string, from: string): string | undefined => {
  if (name.startsWith('file:')) return fileURLToPath(new URL(name, pathToFileURL(join(from, 'recspec.config.json'))))
  return /^\.{0,2}\/|^\.{1,2}$|^[A-Za-z]:[\\/]/.test(name) ? resolve(from, name) : undefined
}

/**
 * The URL of the module of a listed plugin: a package or a subpath of one as Node resolves it from `from`, a file, or
 * a folder with a package. Throws a `Failure` where there is none. Nothing is imported.
 */
export const located = (name: string, from: string): URL => {
  const path = pathOf(name, from)
  if (path !== undefined) return pathToFileURL(isFolder(path, name) ? entryOf(path, name) : path)
  try {
    return moduleResolve(name, pathToFileURL(join(from, 'recspec.config.json')), CONDITIONS)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND' && /^Cannot find package/.test(message))
      throw failure(
        'plugin',
        `unknown plugin package "${name}"`,
        `npm install ${packageName(name)} (looked from ${from})`,
      )
    throw failure('plugin', `plugin ${name} does not load: ${message}`)
  }
}

/** The package of a name that may have a subpath. */
export const packageName = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

const isFolder = (path: string, name: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw failure('plugin', `plugin ${name} does not load: ${fileReason(error)}`, `looked at ${path}`)
  }
}

/** The entry of the package in a folder: `exports`, else `main`, else `index.js`. */
const entryOf = (folder: string, name: string): string => {
  const manifest = join(folder, 'package.json')
  try {
    const { name: own, exports, main } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (exports === undefined) return join(folder, main ?? 'index.js')
    return fileURLToPath(moduleResolve(own, pathToFileURL(manifest), CONDITIONS))
  } catch (error) {
    const reason = isFileError(error) ? fileReason(error) : (error as Error).message
    throw failure('plugin', `plugin ${name} does not load: ${reason}`, `a folder needs a package.json: ${manifest}`)
  }
}
