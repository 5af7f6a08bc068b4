import type { Plugin } from '@recspec/core'
import { checkPlugin, type Fault, type Untested } from '@recspec/testing'
import { type InstalledPackage, installed, packageOf } from './pluginpackage.js'
import { loadPlugins, official as officialPlugins } from './plugins.js'

/** What the conformance kit says of a plugin, and what it is installed with. */
export interface CheckedPlugin {
  readonly name: string
  readonly package?: string
  readonly version?: string
  readonly apiVersion: number
  /** The copies of core that the plugin and the command find; one is right. */
  readonly core: readonly InstalledPackage[]
  readonly checks: number
  readonly seconds: number
  readonly faults: readonly Fault[]
  readonly untested: readonly Untested[]
}

/** Runs the conformance kit on the plugins that `--plugin` names. `own` is a folder of this command. */
export const checkPlugins = async (
  cwd: string,
  named: readonly string[],
  own: string,
): Promise<readonly CheckedPlugin[]> => {
  const checked: CheckedPlugin[] = []
  const known = new Set((await loadPlugins(cwd, [])).map(({ name }) => name))
  const official = new Set(officialPlugins.map(({ name }) => name))
  const core = installed(own, '@recspec/core')
  for (const listed of named) {
    const from = packageOf(cwd, listed)
    const copies = distinct([from && installed(from.folder, '@recspec/core'), core])
    const loaded = (await loadPlugins(cwd, [listed])).filter(({ name }) => !official.has(name))
    const added = loaded.filter(({ name }) => !known.has(name))
    // the configuration may list it too
    const configured = loaded.filter((plugin) => plugin.package === undefined || plugin.package === from?.name)
    for (const plugin of added.length > 0 ? added : configured)
      checked.push(await check(identified(plugin, from), copies))
  }
  return checked
}

/** The plugin with name and version of its package, where it does not give them itself. */
const identified = (plugin: Plugin, from: InstalledPackage | undefined): Plugin => ({
  ...(from?.name ? { package: from.name } : {}),
  ...(from?.version ? { version: from.version } : {}),
  ...plugin,
})

const check = async (plugin: Plugin, core: readonly InstalledPackage[]): Promise<CheckedPlugin> => {
  const started = performance.now()
  const { faults, untested, checks } = await checkPlugin(plugin)
  const { name, package: from, version, apiVersion } = plugin
  return {
    name,
    ...(from ? { package: from } : {}),
    ...(version ? { version } : {}),
    apiVersion,
    core,
    checks,
    seconds: (performance.now() - started) / 1000,
    faults,
    untested,
  }
}

const distinct = (packages: readonly (InstalledPackage | undefined)[]): readonly InstalledPackage[] => [
  ...new Map(packages.flatMap((one) => (one ? [[one.folder, one] as const] : []))).values(),
]
