import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { sampleSongs } from '@recspec/data'
import { schema } from '@recspec/dsl'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { parseAmount, parseWhole } from '../input/number.js'
import { collect, type PluginOptions, withJson, withPlugins, withSeed } from '../input/options.js'
import { checkFolder } from '../output/destination.js'
import { commandLine, shellQuote } from '../output/hints.js'
import { writeSample } from '../output/sample.js'
import { save } from '../output/save.js'
import { type CommonSettings, documentFrom, PROGRAMS, parseSetting } from '../project/convert.js'
import { listedPlugin, loadPlugins } from '../project/plugins.js'
import { STARTER_DOCUMENT } from '../project/starter.js'

interface Options extends PluginOptions, CommonSettings {
  readonly force?: true
  readonly from?: (typeof PROGRAMS)[number]
  readonly setting?: readonly (readonly [string, unknown])[]
  readonly seed: number
  readonly json?: true
}

/** A plugin as it is listed from the new folder: a package by its name, a file by its path from there. */
const pluginFrom = (cwd: string, folder: string, text: string): string => {
  const { alias, module } = listedPlugin(text)
  if (!/^\.{1,2}(\/|$)/.test(module)) return text
  const path = join('.', relative(folder, resolve(cwd, module))).replace(/^(?!\.)/, './')
  return alias === undefined ? path : `${alias}=${path}`
}

/** `recspec init`: a project with a document, sample data and the schema that editors read. */
export const initCommand = (context: Context): Command =>
  withPlugins(withSeed(withJson(new Command('init'))))
    .description('start a project: a document, sample data, a schema for editors')
    .argument('[directory]', 'the directory', '.')
    .option('--force', 'write into a directory that is not empty; files of the same names are replaced')
    .addOption(
      new Option('--from <program>', 'write the document that minimizes what another program minimizes').choices(
        PROGRAMS,
      ),
    )
    .option('--factors <n>', 'with --from: width of the vectors', parseWhole('--factors', 1))
    .option('--regularization <n>', 'with --from: λ', parseAmount('--regularization'))
    .option('--alpha <n>', 'with --from: weight of observed cells (ials: of unobserved cells)', parseAmount('--alpha'))
    .option('--iterations <n>', 'with --from: iterations', parseWhole('--iterations', 1))
    .option(
      '--setting <name=value>',
      "with --from: a setting by the program's own name (repeatable)",
      collect(parseSetting),
    )
    .action(async (directory: string, options: Options) => {
      const { host } = context
      const stray = (['factors', 'regularization', 'alpha', 'iterations', 'setting'] as const).find(
        (name) => options[name] !== undefined,
      )
      if (stray && options.from === undefined)
        throw failure('document', `--${stray} without --from`, `name the program: --from ${PROGRAMS.join(', ')}`)
      const folder = resolve(host.cwd, directory)
      const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw failure('document', `unusable directory "${directory}": ${fileReason(error)}`)
      })
      if (present.length > 0 && !options.force)
        throw failure('document', `directory "${directory}" is not empty`, 'name a new one, or add --force')
      await checkFolder(folder, `directory "${directory}"`)
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      const model =
        options.from === undefined
          ? STARTER_DOCUMENT
          : documentFrom(options.from, options, options.setting ?? [], plugins)
      await save(join(folder, 'model.json'), model)
      await save(join(folder, 'recspec.schema.json'), `${JSON.stringify(schema(plugins), null, 2)}\n`)
      const { document } = writeSample(join(folder, 'data'), (path) => sampleSongs({ seed: options.seed }, path))
      const data = relative(folder, document)
      if (options.json)
        return answer(context, { directory, document: 'model.json', data, schema: 'recspec.schema.json' })
      const enter = relative(host.cwd, folder)
      const more = (options.plugin ?? []).flatMap((name) => ['--plugin', pluginFrom(host.cwd, folder, name)])
      host.out(
        [
          'model.json           implicit matrix factorization, to start from\n',
          `${data}       synthetic plays of songs by region\n`,
          'recspec.schema.json  completion and checks in editors\n',
          '\nnext\n',
          ...(enter ? [`  cd ${shellQuote(enter)}\n`] : []),
          ...[
            ['check', 'model.json', ...more],
            ['explain', 'model.json', ...more],
            ['train', 'model.json', '--data', data, ...more],
            ['recommend', 'songs.safetensors', '--user', 'Colombia', ...more],
          ].map((argv) => `  ${commandLine(argv)}\n`),
        ].join(''),
      )
    })
