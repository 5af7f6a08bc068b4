import { dataSchema } from '@recspec/data'
import { schema } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { type PluginOptions, withJson, withPlugins } from '../input/options.js'
import { loadPlugins } from '../project/plugins.js'

/** `recspec schema`: the JSON Schema of documents, closed over the plugins in use, or that of data documents. */
export const schemaCommand = (context: Context): Command =>
  withPlugins(withJson(new Command('schema')))
    .description('print the JSON Schema of documents, for editors')
    .option('--data', 'that of data documents')
    .action(async (options: PluginOptions & { readonly data?: true; readonly json?: true }) => {
      const { host } = context
      const value = options.data ? dataSchema() : schema(await loadPlugins(host.cwd, options.plugin ?? []))
      if (options.json) answer(context, value)
      else host.out(`${JSON.stringify(value, null, 2)}\n`)
    })
