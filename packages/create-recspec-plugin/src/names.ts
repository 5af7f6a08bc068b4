/** What a plugin is called in each place. */
export interface PluginNames {
  /** What documents write before the slash: `my-thing`. */
  readonly plugin: string
  /** The npm package: `recspec-plugin-my-thing`. */
  readonly package: string
  /** The folder of the package, and of its repository. */
  readonly folder: string
  /** The exported constant: `myThing`. */
  readonly identifier: string
}

/** Names of plugins that recspec brings. */
const OFFICIAL: ReadonlySet<string> = new Set(['imf', 'ncf', 'autoencoder', 'text'])

/**
 * The names of a plugin from its own (`my-thing`) or that of its package (`recspec-plugin-my-thing`,
 * `@scope/recspec-plugin-my-thing`). Throws a sentence where it cannot be a name.
 */
export const pluginNames = (text: string): PluginNames => {
  const [, scope = '', plugin] =
    /^(@[a-z0-9][a-z0-9._-]*\/)?(?:recspec-plugin-)?([a-z][a-z0-9-]*[a-z0-9])$/.exec(text) ?? []
  if (plugin === undefined)
    throw new Error(`invalid name "${text}", expected lower-case words with hyphens: my-thing, or @scope/my-thing`)
  if (OFFICIAL.has(plugin)) throw new Error(`"${plugin}" is a plugin that recspec brings, choose another name`)
  const folder = `recspec-plugin-${plugin}`
  const identifier = plugin.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase())
  return { plugin, package: scope + folder, folder, identifier }
}
