import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { sampleSongs } from '@recspec/data'
import { schema } from '@recspec/dsl'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { parseAmount, parseWhole } from '../input/number.js'
import { collect, type PluginOptions, withJson, withPlugins, withSeed } from '../input/options.js'
import { shellQuote } from '../output/hints.js'
import { save } from '../output/save.js'
import { type CommonSettings, documentFrom, PROGRAMS, parseSetting } from '../project/convert.js'
import { loadPlugins } from '../project/plugins.js'
import { STARTER_DOCUMENT } from '../project/starter.js'

interface Options extends PluginOptions, CommonSettings {
  readonly force?: true
  readonly from?: (typeof PROGRAMS)[number]
  readonly setting?: readonly (readonly [string, unknown])[]
  readonly seed: number
  readonly json?: true
}

/** `recspec init`: a project with a document, sample data and the schema that editors read. */
export const initCommand = (context: Context): Command =>
  withPlugins(withSeed(withJson(new Command('init'))))
    .description('start a project: a document, sample data, an editor schema')
    .argument('[directory]', 'where; this directory unless said', '.')
    .option('--force', 'also in a directory that is not empty; files of the same names are replaced')
    .addOption(new Option('--from <program>', 'a document with the settings of another program').choices(PROGRAMS))
    .option('--factors <n>', 'with --from: the width of its vectors', parseWhole('--factors', 1))
    .option('--regularization <n>', 'with --from: its λ', parseAmount('--regularization'))
    .option(
      '--alpha <n>',
      'with --from: its weight of what was observed (ials: of what was not)',
      parseAmount('--alpha'),
    )
    .option('--iterations <n>', 'with --from: its sweeps', parseWhole('--iterations', 1))
    .option(
      '--setting <name=value>',
      "with --from: any setting by the program's own name (repeatable)",
      collect(parseSetting),
    )
    .action(async (directory: string, options: Options) => {
      const { host } = context
      const stray = (['factors', 'regularization', 'alpha', 'iterations', 'setting'] as const).find(
        (name) => options[name] !== undefined,
      )
      if (stray && options.from === undefined)
        throw failure('document', `--${stray} without --from`, `say whose settings: --from ${PROGRAMS.join(', ')}`)
      const folder = resolve(host.cwd, directory)
      const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw failure('document', `unusable directory "${directory}": ${error.message}`)
      })
      if (present.length > 0 && !options.force)
        throw failure('document', `directory "${directory}" is not empty`, 'name a new one, or add --force')
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      const model =
        options.from === undefined
          ? STARTER_DOCUMENT
          : documentFrom(options.from, options, options.setting ?? [], plugins)
      await save(join(folder, 'model.json'), model)
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
          ...(enter ? [`  cd ${shellQuote(enter)}\n`] : []),
          '  recspec check model.json\n',
          '  recspec explain model.json\n',
          `  recspec train model.json --data ${data}\n`,
          '  recspec recommend songs.safetensors --user Colombia\n',
        ].join(''),
      )
    })
