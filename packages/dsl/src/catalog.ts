import {
  type CandidateSet,
  type Input,
  type Layer,
  type Loss,
  type Macro,
  type Metric,
  type Plugin,
  type PluginIdentity,
  pluginProblem,
  type Sampler,
  type Solver,
  type Split,
} from '@recspec/core'

/** Everything a document may name, by the name it writes: `dot`, `ncf/neumf`. */
export interface Catalog {
  readonly inputs: ReadonlyMap<string, Input>
  readonly layers: ReadonlyMap<string, Layer | Macro>
  readonly losses: ReadonlyMap<string, Loss>
  readonly solvers: ReadonlyMap<string, Solver>
  readonly metrics: ReadonlyMap<string, Metric>
  readonly splits: ReadonlyMap<string, Split>
  readonly candidates: ReadonlyMap<string, CandidateSet>
  readonly samplers: ReadonlyMap<string, Sampler>
  /** The plugins by name, without the built-ins. */
  readonly plugins: ReadonlyMap<string, PluginIdentity>
}

/** The operators of several plugins under their prefixed names; throws when a plugin is not one, or comes twice. */
export const catalog = (plugins: readonly Plugin[], builtin: Plugin): Catalog => {
  const names = new Map<string, PluginIdentity>()
  for (const plugin of plugins) {
    const problem = plugin.name === '' ? 'has no name' : pluginProblem(plugin)
    if (problem !== undefined) throw new Error(`plugin "${plugin.name}" ${problem}`)
    const { name, package: from, version } = plugin
    if (names.has(name)) throw new Error(`duplicate plugin "${name}"`)
    names.set(name, {
      name,
      ...(from === undefined ? {} : { package: from }),
      ...(version === undefined ? {} : { version }),
    })
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
    metrics: prefixed((plugin) => plugin.metrics),
    splits: prefixed((plugin) => plugin.splits),
    candidates: prefixed((plugin) => plugin.candidates),
    samplers: prefixed((plugin) => plugin.samplers),
    plugins: names,
  }
}
