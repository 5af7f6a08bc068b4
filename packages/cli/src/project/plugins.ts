import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Plugin, pluginProblem } from '@recspec/core'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { text } from '@recspec/plugin-text'
import { failure } from '../exit.js'
import { readConfig } from './config.js'

/** The plugins that every command has. */
export const official: readonly Plugin[] = [imf, ncf, autoencoder, text]

/** A listed package, and the directory it resolves from. */
interface Listed {
  readonly name: string
  readonly from: string
}

/**
 * The official plugins, those of `recspec.config.json`, and those of `--plugin`, in that order. The config is the
 * nearest to `file`, else to the working directory. Nothing is imported that is not listed in one of these places.
 */
export const loadPlugins = async (cwd: string, named: readonly string[], file?: string): Promise<readonly Plugin[]> => {
  const config = readConfig(cwd, file)
  const configured = (config?.plugins ?? []).map((name) => ({ name, from: config!.folder }))
  const listed = [...configured, ...named.map((name) => ({ name, from: cwd }))]
  const distinct = [...new Map(listed.map((entry) => [entry.name, entry])).values()]
  const plugins = [...official]
  for (const entry of distinct) {
    const plugin = await load(entry)
    if (plugins.some(({ name }) => name === plugin.name))
      throw failure('plugin', `duplicate plugin "${plugin.name}"`, `${entry.name} brings a name that is already taken`)
    plugins.push(plugin)
  }
  return plugins
}

const load = async (listed: Listed): Promise<Plugin> => {
  const path = located(listed)
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw failure('plugin', `plugin ${listed.name} does not load: ${(error as Error).message}`)
  }
  const found = Object.values(module).filter(isPlugin)
  const [plugin] = new Set(found)
  if (!plugin) throw failure('plugin', `missing plugin in ${listed.name}`, 'it must export { name, apiVersion: 1, … }')
  if (plugin.apiVersion !== 1)
    throw failure('plugin', `unsupported apiVersion ${plugin.apiVersion} in ${listed.name}, expected 1`)
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.name))
    throw failure('plugin', `invalid plugin name "${plugin.name}" in ${listed.name}`)
  const problem = pluginProblem(plugin)
  if (problem !== undefined) throw failure('plugin', `plugin "${plugin.name}" in ${listed.name} ${problem}`)
  return plugin
}

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' &&
  value !== null &&
  'apiVersion' in value &&
  'name' in value &&
  typeof value.name === 'string'

/** The file of a listed package. */
const located = ({ name, from }: Listed): string => {
  if (/^\.{0,2}\//.test(name)) return resolve(from, name)
  const require = createRequire(join(from, 'recspec.config.json'))
  try {
    return require.resolve(name)
  } catch (error) {
    // a package with an `import` condition only: `require` does not see its entry
    const entry =
      (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' && moduleEntry(require, name)
    if (entry) return entry
    throw failure('plugin', `unknown plugin package "${name}"`, `npm install ${name} (looked from ${from})`)
  }
}

const moduleEntry = (require: NodeJS.Require, name: string): string | undefined => {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
      const exported = manifest.exports
      const entry = conditional(exported?.['.'] ?? exported)
      if (entry) return join(folder, name, entry)
    } catch {
      // not in this folder
    }
  }
  return undefined
}

const conditional = (target: unknown): string | undefined => {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  for (const [condition, inner] of Object.entries(target)) {
    const entry = ['node', 'import', 'default'].includes(condition) ? conditional(inner) : undefined
    if (entry) return entry
  }
  return undefined
}
