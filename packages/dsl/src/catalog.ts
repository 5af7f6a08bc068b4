import type { Input, Layer, Loss, Macro, Metric, Plugin, Solver, Split } from '@recspec/core'

/** What documents may name before any plugin is passed. */
export interface Language {
  readonly builtin: Plugin
  readonly splits: Readonly<Record<string, Split>>
  readonly metrics: Readonly<Record<string, Metric>>
}

/** Everything a document may name, by the name it writes: `dot`, `ncf/neumf`. */
export interface Catalog {
  readonly inputs: ReadonlyMap<string, Input>
  readonly layers: ReadonlyMap<string, Layer | Macro>
  readonly losses: ReadonlyMap<string, Loss>
  readonly solvers: ReadonlyMap<string, Solver>
  readonly splits: ReadonlyMap<string, Split>
  readonly metrics: ReadonlyMap<string, Metric>
  /** Names of the plugins, without the built-ins. */
  readonly plugins: ReadonlySet<string>
}

/** The operators of several plugins under their prefixed names; throws when a plugin is not one, or comes twice. */
export const catalog = (plugins: readonly Plugin[], { builtin, splits, metrics }: Language): Catalog => {
  const names = new Set<string>()
  for (const { name, apiVersion } of plugins) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`invalid plugin name "${name}"`)
    if (apiVersion !== 1) throw new Error(`unsupported apiVersion ${apiVersion} of plugin "${name}", expected 1`)
    if (names.has(name)) throw new Error(`duplicate plugin "${name}"`)
    names.add(name)
  }
  const all = [builtin, ...plugins]
  const prefixed = <T>(section: (plugin: Plugin) => Readonly<Record<string, T>> | undefined): ReadonlyMap<string, T> =>
    new Map(
      all.flatMap((plugin) =>
        Object.entries(section(plugin) ?? {}).map(
          ([name, operator]) => [plugin.name === '' ? name : `${plugin.name}/${name}`, operator] as const,
        ),
      ),
    )
  return {
    inputs: prefixed((plugin) => plugin.inputs),
    layers: prefixed((plugin) => plugin.layers),
    losses: prefixed((plugin) => plugin.losses),
    solvers: prefixed((plugin) => plugin.solvers),
    splits: new Map(Object.entries(splits)),
    metrics: new Map(Object.entries(metrics)),
    plugins: names,
  }
}
