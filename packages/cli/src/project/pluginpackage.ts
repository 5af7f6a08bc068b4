import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findUp } from './findup.js'
import { packageName, pathOf } from './located.js'
import { listedPlugin } from './plugins.js'

/** A package on disk. */
export interface InstalledPackage {
  readonly folder: string
  readonly name?: string
  readonly version?: string
}

/** Name and version of the package whose package.json a folder has. */
const packageIn = (folder: string): InstalledPackage => {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  return {
    folder: realpathSync(folder),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  }
}

/** The package of a plugin as `--plugin` names it, a path or a package; undefined where none is found. */
export const packageOf = (cwd: string, listed: string): InstalledPackage | undefined => {
  const { module } = listedPlugin(listed)
  const path = pathOf(module, cwd)
  if (path === undefined) return installed(cwd, packageName(module))
  if (!existsSync(path)) return undefined
  const manifest = findUp(statSync(path).isDirectory() ? path : dirname(path), 'package.json')
  return manifest === undefined ? undefined : packageIn(dirname(manifest))
}

/** A package as code in a folder would find it. */
export const installed = (from: string, name: string): InstalledPackage | undefined => {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))
  return found === undefined ? undefined : packageIn(found)
}
