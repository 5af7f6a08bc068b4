import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Graph } from '@recspec/core'
import { type CheckResult, check, type DocumentSource, SpecError } from '@recspec/dsl'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import type { Host } from '../host.js'
import { loadPlugins } from '../project/plugins.js'
import { kindOf } from './kind.js'
import type { PluginOptions, SetOptions } from './options.js'
import { suggestPointers } from './overrides.js'

/** Whether a file is a data document; what cannot be read is none. */
export const isDataDocument = async (host: Host, path: string): Promise<boolean> =>
  readFile(resolve(host.cwd, path)).then(
    (content) => kindOf(content) === 'data document',
    () => false,
  )

/** Reads the text of a document; refuses another kind of file by its name. */
export const readSource = async (host: Host, path: string): Promise<DocumentSource> => {
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure('document', `unreadable document "${path}": ${fileReason(error)}`)
  })
  const kind = kindOf(content)
  if (kind === 'trained model')
    throw failure(
      'document',
      `"${path}" is a trained model, expected a document`,
      'recspec recommend, similar, query, why and evaluate read models',
    )
  if (kind === 'data document')
    throw failure(
      'document',
      `"${path}" is a data document, expected the document of a model`,
      `give it to train: recspec train model.json --data ${path}`,
    )
  return { name: path, text: content.toString('utf8') }
}

/** Checks a document with the plugins in use and the values of `--set`. */
export const checkSource = async (
  host: Host,
  source: DocumentSource,
  options: PluginOptions & SetOptions,
): Promise<CheckResult> => {
  const plugins = await loadPlugins(host.cwd, options.plugin ?? [], source.name)
  const checked = check(source, plugins, options.set ?? [])
  return { ...checked, diagnostics: suggestPointers(source, checked.diagnostics) }
}

/** Reads and compiles a document; throws a `SpecError` with all of its mistakes. */
export const loadGraph = async (host: Host, path: string, options: PluginOptions & SetOptions): Promise<Graph> => {
  const { graph, diagnostics, omitted } = await checkSource(host, await readSource(host, path), options)
  if (!graph) throw new SpecError(diagnostics, omitted)
  return graph
}
