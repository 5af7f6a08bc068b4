import type { PluginIdentity } from '../contract/plugin.js'
import type { Graph } from '../graph/graph.js'
import { coreVersion } from '../version.js'

/** The versions that a model was trained with: `@recspec/core`, and the plugins whose operators it uses. */
export interface MadeBy {
  readonly core: string
  /** Package and version are `unknown` where a plugin does not declare them. */
  readonly plugins: readonly Required<PluginIdentity>[]
  /** How whoever trained it named the data: `--data`, `--items` and `--users` of the command line. */
  readonly data?: Readonly<Record<string, string>>
  /** What trained the weights in place of core, with its version: `Spark 4.3.0 (MLlib ALS)`, `Keras 3.15.1 on jax`. */
  readonly engine?: string
}

const unknown = 'unknown'

/** The versions in use. */
export const madeBy = ({ plugins }: Pick<Graph, 'plugins'>): MadeBy => ({
  core: coreVersion,
  plugins: plugins.map((plugin) => ({
    name: plugin.name,
    package: plugin.package ?? unknown,
    version: plugin.version ?? unknown,
  })),
})

/** One line that names packages whose version differs from the one in use; undefined where none does. */
export const versionNote = (stored: MadeBy, now: MadeBy): string | undefined => {
  const differences = [
    ...(stored.core === now.core ? [] : [[`@recspec/core ${stored.core}`, `@recspec/core ${now.core}`]]),
    ...stored.plugins.flatMap((before) => {
      const after = now.plugins.find(({ name }) => name === before.name)
      if (!after || [before.version, after.version].includes(unknown)) return []
      if (before.package === after.package && before.version === after.version) return []
      return [[`${before.package} ${before.version}`, `${after.package} ${after.version}`]]
    }),
  ]
  if (differences.length === 0) return undefined
  return `trained with ${differences.map(([before]) => before).join(', ')}; in use: ${differences.map(([, after]) => after).join(', ')}`
}
