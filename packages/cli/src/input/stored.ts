import type { Graph, Plugin, StoredModel } from '@recspec/core'
import { compileStored } from '@recspec/dsl'
import { failure } from '../exit.js'
import { isSpecError, printDiagnostics } from '../output/diagnostics.js'

/**
 * Compiles the document inside an artifact for serving. Where it does not compile, a plugin that serving needs is
 * missing or differs, or the file is damaged: throws a `Failure` that says which.
 */
export const compileModel =
  (name: string, plugins: readonly Plugin[]) =>
  (document: unknown, stored: StoredModel): Graph => {
    const known = new Set(plugins.map((plugin) => plugin.name))
    const missing = [...servingPlugins(document)].find((prefix) => !known.has(prefix))
    if (missing !== undefined) {
      const from = stored.madeBy.plugins.find((plugin) => plugin.name === missing)?.package ?? 'unknown'
      const shown = listing(missing, from === 'unknown' ? '<package>' : from)
      throw failure(
        'plugin',
        `missing plugin "${missing}", which ${name} was trained with`,
        `pass --plugin ${shown}, or list it in recspec.config.json: { "plugins": ["${shown}"] }`,
      )
    }
    try {
      return compileStored(document, plugins, stored)
    } catch (error) {
      if (!isSpecError(error)) throw error
      throw failure(
        'artifact',
        `the document in ${name} does not compile:\n${printDiagnostics(error)}`,
        'was it trained with another version of recspec or of a plugin?',
      )
    }
  }

/** How a plugin of a package is listed: under an alias where the package has another name. */
const listing = (name: string, from: string): string =>
  /(^|-)plugin-/.test(from) && !from.endsWith(`plugin-${name}`) ? `${name}=${from}` : from

/** The plugins of the inputs and ops of a document: serving needs them. */
const servingPlugins = (document: unknown): Set<string> => {
  const found = new Set<string>()
  for (const section of ['inputs', 'ops'])
    for (const entry of Object.values(recordOf(recordOf(document)[section]))) {
      const { type } = recordOf(entry)
      const prefix = typeof type === 'string' ? /^([^/]+)\//.exec(type)?.[1] : undefined
      if (prefix !== undefined) found.add(prefix)
    }
  return found
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
