import type { Catalog } from './catalog.js'
import type { Mistake } from './diagnostic.js'
import { didYouMean, type Kind, knownTypes, loadPlugin, otherKind, unknownType } from './messages.js'
import type { Suggest } from './suggest.js'

/** Official plugins: where one of them is named but not loaded, the hint says so. */
const official: ReadonlySet<string> = new Set(['imf', 'ncf', 'autoencoder', 'text'])

/**
 * The mistake of an unknown `type`, with a hint: the plugin to load, a spelling, or the section where the name is
 * known.
 */
export const explainUnknownType = (
  kind: Kind,
  type: string,
  known: ReadonlyMap<string, unknown>,
  catalog: Catalog,
  suggest: Suggest,
): Mistake => {
  const slash = type.indexOf('/')
  const prefix = type.slice(0, Math.max(0, slash))
  if (official.has(prefix) && !catalog.plugins.has(prefix))
    return unknownType(kind, type, loadPlugin(prefix, `@recspec/plugin-${prefix}`))
  const elsewhere = kinds.find(([name]) => catalog[name] !== known && catalog[name].has(type))
  if (elsewhere) return unknownType(kind, type, otherKind(type, elsewhere[1]))
  const spelling = suggest(type, known.keys())
  if (spelling !== undefined) return unknownType(kind, type, didYouMean(spelling))
  if (slash > 0 && !catalog.plugins.has(prefix)) {
    const near = suggest(prefix, new Set([...official, ...catalog.plugins.keys()]))
    if (near !== undefined) return unknownType(kind, type, didYouMean(near + type.slice(slash)))
    if (prefix.length <= 64) return unknownType(kind, type, loadPlugin(prefix, `recspec-plugin-${prefix}`))
  }
  // the same operator under another prefix, or without one
  const last = type.slice(slash + 1)
  const same = [...known.keys()].find((name) => name.slice(name.indexOf('/') + 1) === last)
  return unknownType(kind, type, same === undefined ? knownTypes(known.keys()) : didYouMean(same))
}

const kinds = [
  ['layers', 'an operator of ops'],
  ['inputs', 'an input'],
  ['losses', 'a loss'],
  ['solvers', 'a solver'],
  ['splits', 'a split'],
  ['candidates', 'a candidate set'],
  ['samplers', 'a sampler'],
  ['metrics', 'a metric'],
] as const satisfies readonly (readonly [keyof Catalog, string])[]
