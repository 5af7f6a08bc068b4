import { type Plugin, pluginProblem } from '@recspec/core'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { text } from '@recspec/plugin-text'
import { failure } from '../exit.js'
import { readConfig } from './config.js'
import { located } from './located.js'

/** The plugins that every command has. */
export const official: readonly Plugin[] = [imf, ncf, autoencoder, text]

/** A plugin as it is listed, `package` or `alias=package`, and the folder that it resolves from. */
interface Listed {
  readonly text: string
  readonly from: string
}

/** What a listed plugin says: a package, a subpath, a file or a folder, and the name that its operators get. */
export const listedPlugin = (text: string): { readonly alias?: string; readonly module: string } => {
  const [, alias, module] = /^([a-z][a-z0-9-]*)=(.+)$/s.exec(text) ?? []
  return alias === undefined ? { module: text } : { alias, module: module! }
}

/**
 * The official plugins, those of `recspec.config.json`, and those of `--plugin`, in that order. The config is the
 * nearest to `file`, else to the working directory. Nothing is imported that is not listed in one of these places.
 */
export const loadPlugins = async (cwd: string, named: readonly string[], file?: string): Promise<readonly Plugin[]> => {
  const config = readConfig(cwd, file)
  const configured = (config?.plugins ?? []).map((text) => ({ text, from: config!.folder }))
  const listed = [...configured, ...named.map((text) => ({ text, from: cwd }))]
  const distinct = [...new Map(listed.map((entry) => [entry.text, entry])).values()]
  const plugins = [...official]
  for (const entry of distinct)
    for (const plugin of await load(entry)) {
      // a plugin may come out of a package and out of its subpath, and one that is always there may be listed
      if (plugins.includes(plugin) || isOfficial(plugin)) continue
      if (plugins.some(({ name }) => name === plugin.name))
        throw failure(
          'plugin',
          `duplicate plugin "${plugin.name}", from ${listedPlugin(entry.text).module}`,
          `give it another name: other-name=${listedPlugin(entry.text).module}`,
        )
      plugins.push(plugin)
    }
  return plugins
}

const isOfficial = ({ name, package: from }: Plugin): boolean =>
  official.some((one) => one.name === name && one.package === from)

/** The plugins of one listed package, file or folder. Throws a `Failure` where there is none. */
export const pluginsOf = (cwd: string, text: string): Promise<readonly Plugin[]> => load({ text, from: cwd })

/** The plugins that a module exports, under the alias where it has one. */
const load = async ({ text, from }: Listed): Promise<readonly Plugin[]> => {
  const { alias, module: name } = listedPlugin(text)
  const url = located(name, from)
  let module: Record<string, unknown>
  try {
    module = await import(url.href)
  } catch (error) {
    throw failure('plugin', `plugin ${name} does not load: ${(error as Error).message}`)
  }
  const found = [...new Set(Object.values(module).filter(isPlugin))]
  if (found.length === 0)
    throw failure('plugin', `missing plugin in ${name}`, 'it must export { name, apiVersion: 1, … }')
  for (const plugin of found) checkPlugin(plugin, name)
  if (alias === undefined) return found
  if (found.length > 1)
    throw failure(
      'plugin',
      `several plugins in ${name}: ${found.map((plugin) => plugin.name).join(', ')}`,
      `"${alias}" can name one: list a subpath that exports it alone, or leave "${alias}=" out`,
    )
  return [{ ...found[0]!, name: alias }]
}

/** Throws a `Failure` where a plugin keeps the contract of another version, or none. */
const checkPlugin = (plugin: Plugin, module: string): void => {
  if (plugin.apiVersion !== 1)
    throw failure('plugin', `unsupported apiVersion ${plugin.apiVersion} in ${module}, expected 1`)
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.name))
    throw failure('plugin', `invalid plugin name "${plugin.name}" in ${module}`)
  const problem = pluginProblem(plugin)
  if (problem !== undefined) throw failure('plugin', `plugin "${plugin.name}" in ${module} ${problem}`)
}

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' &&
  value !== null &&
  'apiVersion' in value &&
  'name' in value &&
  typeof value.name === 'string'
