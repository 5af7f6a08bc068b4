import { autoencoder } from '../../../plugin-autoencoder/src/index.js'
import { imf } from '../../../plugin-imf/src/index.js'
import { ncf } from '../../../plugin-ncf/src/index.js'
import { text } from '../../../plugin-text/src/index.js'
import { builtin } from '../../src/builtin/index.js'
import { isMacro, type Plugin } from '../../src/contract/plugin.js'

/** Operators of one kind of the built-ins and of our plugins, by the names that documents use. */
const named = <T>(kind: (plugin: Plugin) => Readonly<Record<string, T>> | undefined): ReadonlyMap<string, T> =>
  new Map(
    [builtin, autoencoder, imf, ncf, text].flatMap((plugin) =>
      Object.entries(kind(plugin) ?? {}).map(
        ([name, operator]) => [plugin.name === '' ? name : `${plugin.name}/${name}`, operator] as const,
      ),
    ),
  )

const operators = [...named(({ layers }) => layers)]

/** Layers. Macros have no numbers of their own: they are the layers that they expand to. */
export const layers = new Map(
  operators.flatMap(([name, operator]) => (isMacro(operator) ? [] : [[name, operator] as const])),
)

export const losses = named((plugin) => plugin.losses)

export const solvers = named((plugin) => plugin.solvers)

/** Names that have no vectors, less those that a reason is given for. */
export const missing = (
  all: Iterable<string>,
  held: Iterable<string>,
  reasons: Readonly<Record<string, string>> = {},
): readonly string[] => {
  const known = new Set([...held, ...Object.keys(reasons)])
  return [...all].filter((name) => !known.has(name))
}
