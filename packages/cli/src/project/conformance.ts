import type { Plugin } from '@recspec/core'
import { checkPlugin, type Fault, type Untested } from '@recspec/testing'
import { type InstalledPackage, installed, packageOf } from './pluginpackage.js'
import { pluginsOf } from './plugins.js'

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
  const core = installed(own, '@recspec/core')
  for (const listed of named) {
    const from = packageOf(cwd, listed)
    const copies = distinct([from && installed(from.folder, '@recspec/core'), core])
    for (const plugin of await pluginsOf(cwd, listed)) checked.push(await check(identified(plugin, from), copies))
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
