import type { Graph, Plugin } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { failure } from '../exit.js'
import { isSpecError, printDiagnostics } from '../output/diagnostics.js'

/**
 * Compiles the document inside an artifact. Where it does not compile, a plugin is missing or differs, or the file is
 * damaged: throws a `Failure` that says which.
 */
export const compileStored =
  (name: string, plugins: readonly Plugin[]) =>
  (document: unknown): Graph => {
    const known = new Set(plugins.map((plugin) => plugin.name))
    const missing = [...prefixes(document)].find((prefix) => !known.has(prefix))
    if (missing !== undefined)
      throw failure(
        'plugin',
        `missing plugin "${missing}", which ${name} was trained with`,
        'pass --plugin <package>, or list it in recspec.config.json: { "plugins": ["<package>"] }',
      )
    try {
      return compile({ name, text: JSON.stringify(document) }, plugins)
    } catch (error) {
      if (!isSpecError(error)) throw error
      throw failure(
        'artifact',
        `the document in ${name} does not compile:\n${printDiagnostics(error)}`,
        'was it trained with another version of recspec or of a plugin?',
      )
    }
  }

/** The plugins that the types of a document name. */
const prefixes = (document: unknown): Set<string> => {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      const prefix = key === 'type' && typeof inner === 'string' ? /^([^/]+)\//.exec(inner)?.[1] : undefined
      if (prefix !== undefined) found.add(prefix)
      visit(inner)
    }
  }
  visit(document)
  return found
}
