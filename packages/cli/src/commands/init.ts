import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { sampleSongs } from '@recspec/data'
import { schema } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { FIRST_MODEL } from '../first.js'
import { shell } from '../next.js'
import { type PluginOptions, withJson, withPlugins, withSeed } from '../options.js'
import { loadPlugins } from '../plugins.js'
import { save } from '../save.js'

interface Options extends PluginOptions {
  readonly force?: true
  readonly seed: number
  readonly json?: true
}

/** `recspec init`: a project with a document, sample data and the schema that editors read. */
export const initCommand = (context: Context): Command =>
  withPlugins(withSeed(withJson(new Command('init'))))
    .description('start a project: a document, sample data, an editor schema')
    .argument('[directory]', 'where; this directory unless said', '.')
    .option('--force', 'also in a directory that is not empty; files of the same names are replaced')
    .action(async (directory: string, options: Options) => {
      const { host } = context
      const folder = resolve(host.cwd, directory)
      const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw failure('document', `unusable directory "${directory}": ${error.message}`)
      })
      if (present.length > 0 && !options.force)
        throw failure('document', `directory "${directory}" is not empty`, 'name a new one, or add --force')
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      await save(join(folder, 'model.json'), FIRST_MODEL)
      await save(join(folder, 'recspec.schema.json'), `${JSON.stringify(schema(plugins), null, 2)}\n`)
      const { document } = sampleSongs({ seed: options.seed }, join(folder, 'data'))
      const data = relative(folder, document)
      if (options.json)
        return answer(context, { directory, document: 'model.json', data, schema: 'recspec.schema.json' })
      const enter = relative(host.cwd, folder)
      host.out(
        [
          'model.json           implicit matrix factorisation, to change as you like\n',
          `${data}       plays of songs by region, made up\n`,
          'recspec.schema.json  completion and checks in editors\n',
          '\nnext\n',
          ...(enter ? [`  cd ${shell(enter)}\n`] : []),
          '  recspec check model.json\n',
          '  recspec explain model.json\n',
          `  recspec train model.json --data ${data}\n`,
          '  recspec recommend songs.safetensors --user Colombia\n',
        ].join(''),
      )
    })
