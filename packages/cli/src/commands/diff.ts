import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT, failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { withModel } from '../input/artifact.js'
import { loadGraph } from '../input/document.js'
import { kindOf } from '../input/kind.js'
import { type PluginOptions, withJson, withPlugins } from '../input/options.js'
import { differencesOf, differenceText } from '../output/differences.js'

interface Options extends PluginOptions {
  readonly json?: true
}

/** `recspec diff`: what differs in meaning between two documents, or the documents of models. */
export const diffCommand = (context: Context): Command =>
  withPlugins(withJson(new Command('diff')))
    .description('show what differs in meaning between two documents or models: defaults filled in, macros expanded')
    .argument('<first>', 'a document or a trained model')
    .argument('<second>', 'another one')
    .action(async (first: string, second: string, options: Options) => {
      const [a, b] = [await documentOf(context, first, options), await documentOf(context, second, options)]
      const differences = differencesOf(a, b)
      if (differences.length > 0) context.code = EXIT.different
      if (options.json) answer(context, { same: differences.length === 0, differences })
      else context.host.out(differenceText(first, second, differences))
    })

/** The normalized document of a file, without what has no meaning to training. */
const documentOf = async (context: Context, path: string, options: Options): Promise<object> => {
  const content = await readFile(resolve(context.host.cwd, path)).catch((error) => {
    throw failure('document', `unreadable file "${path}": ${fileReason(error)}`)
  })
  const document =
    kindOf(content) === 'trained model'
      ? await withModel(context, path, { ...options, threads: 1 }, async ({ model }) => model.graph.document)
      : (await loadGraph(context.host, path, options)).document
  const { name: _, description: __, normalized: ___, ...meaning } = document
  return meaning
}
