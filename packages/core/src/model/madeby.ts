import type { PluginIdentity } from '../contract/plugin.js'
import type { Graph } from '../graph/graph.js'
import { coreVersion } from '../version.js'

/** The versions that a model was trained with: that of `@recspec/core`, and those of the plugins whose operators it uses. */
export interface MadeBy {
  readonly core: string
  /** `unknown` where a plugin does not say its package or version. */
  readonly plugins: readonly Required<PluginIdentity>[]
}

const unknown = 'unknown'

/** The versions that are loaded now. */
export const madeBy = ({ plugins }: Pick<Graph, 'plugins'>): MadeBy => ({
  core: coreVersion,
  plugins: plugins.map((plugin) => ({
    name: plugin.name,
    package: plugin.package ?? unknown,
    version: plugin.version ?? unknown,
  })),
})

/** One line that names what was trained with another version than the one in use; undefined where nothing was. */
export const versionNote = (stored: MadeBy, now: MadeBy): string | undefined => {
  const pairs = [
    ...(stored.core === now.core ? [] : [[`@recspec/core ${stored.core}`, `@recspec/core ${now.core}`]]),
    ...stored.plugins.flatMap((before) => {
      const after = now.plugins.find(({ name }) => name === before.name)
      if (!after || [before.version, after.version].includes(unknown)) return []
      if (before.package === after.package && before.version === after.version) return []
      return [[`${before.package} ${before.version}`, `${after.package} ${after.version}`]]
    }),
  ]
  if (pairs.length === 0) return undefined
  return `trained with ${pairs.map(([before]) => before).join(', ')}; in use: ${pairs.map(([, after]) => after).join(', ')}`
}
