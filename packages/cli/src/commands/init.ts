import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { dataSchema, sampleSongs } from '@recspec/data'
import { schema } from '@recspec/dsl'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { type FirstProject, writeFirstProject } from '../first/project.js'
import type { GivenRoles } from '../first/roles.js'
import { parseDataPath } from '../input/datapath.js'
import { parseAmount, parseWhole } from '../input/number.js'
import { collect, type PluginOptions, withJson, withPlugins, withSeed } from '../input/options.js'
import { checkFolder } from '../output/destination.js'
import { commandLine, shellQuote } from '../output/hints.js'
import { writeSample } from '../output/sample.js'
import { save } from '../output/save.js'
import { table } from '../output/table.js'
import { type CommonSettings, documentFrom, PROGRAMS, parseSetting } from '../project/convert.js'
import { EDITOR_SETTINGS, SCHEMA_FILES } from '../project/editor.js'
import { listedPlugin, loadPlugins } from '../project/plugins.js'
import { STARTER_DOCUMENT } from '../project/starter.js'

interface Options extends PluginOptions, CommonSettings {
  readonly data?: string
  readonly items?: string
  readonly users?: string
  readonly userColumn?: string
  readonly itemColumn?: string
  readonly ratingColumn?: string
  readonly timeColumn?: string
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

/** The options that are for a file of one's own. */
const OWN = ['items', 'users', 'userColumn', 'itemColumn', 'ratingColumn', 'timeColumn'] as const

const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The columns that options name. */
const givenRoles = ({ userColumn, itemColumn, ratingColumn, timeColumn }: Options): GivenRoles => ({
  ...(userColumn === undefined ? {} : { user: userColumn }),
  ...(itemColumn === undefined ? {} : { item: itemColumn }),
  ...(ratingColumn === undefined ? {} : { rating: ratingColumn }),
  ...(timeColumn === undefined ? {} : { time: timeColumn }),
})

/** Writes a document and sample data that names its schema. */
const writeSampleProject = async (folder: string, document: string, seed: number): Promise<FirstProject> => {
  await save(join(folder, 'model.json'), document)
  const sample = writeSample(join(folder, 'data'), (path) => sampleSongs({ seed }, path))
  const text = await readFile(sample.document, 'utf8')
  await save(sample.document, text.replace(/^\{\n/, `{\n  "$schema": "../${SCHEMA_FILES.data}",\n`))
  const data = relative(folder, sample.document)
  return {
    summary: 'implicit matrix factorization, to start from',
    name: 'songs',
    data,
    written: 'synthetic plays of songs by region',
    lines: [],
    user: 'Colombia',
  }
}

/** Writes a project for files of one's own. */
const writeOwnProject = (folder: string, { data, items, users, ...columns }: Options & { data: string }, cwd: string) =>
  writeFirstProject(
    folder,
    {
      data: resolve(cwd, data),
      ...(items === undefined ? {} : { items: resolve(cwd, items) }),
      ...(users === undefined ? {} : { users: resolve(cwd, users) }),
    },
    givenRoles(columns),
  )

/** Files that a project on data of one's own has beside that data. */
const FILES = ['model.json', 'data.json', SCHEMA_FILES.model, SCHEMA_FILES.data]

/** `recspec init`: a project with a document, sample data and the schema that editors read. */
export const initCommand = (context: Context): Command =>
  withPlugins(withSeed(withJson(new Command('init'))))
    .description("start a project: a document, sample data or a document of one's own data, schemas for editors")
    .argument('[directory]', 'the directory', '.')
    .option('--data <path>', 'a file of events, or a data document: the first model is made for it', parseDataPath)
    .option('--items <path>', 'with --data: a table of items', parseDataPath)
    .option('--users <path>', 'with --data: a table of users', parseDataPath)
    .option('--user-column <name>', 'with --data: the column of users, by name or place from 1; default: guessed')
    .option('--item-column <name>', 'with --data: the column of items')
    .option('--rating-column <name>', 'with --data: the column of ratings or counts')
    .option('--time-column <name>', 'with --data: the column of times')
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
      const lonely = OWN.find((name) => options[name] !== undefined)
      if (lonely && options.data === undefined)
        throw failure('document', `${optionOf(lonely)} without --data`, 'name the file of events: --data <path>')
      if (options.data !== undefined && options.from !== undefined)
        throw failure('document', '--data and --from exclude each other', 'give one of them')
      const folder = resolve(host.cwd, directory)
      const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw failure('document', `unusable directory "${directory}": ${fileReason(error)}`)
      })
      const kept = options.data === undefined ? present : present.filter((name) => FILES.includes(name))
      if (kept.length > 0 && !options.force)
        throw options.data === undefined
          ? failure('document', `directory "${directory}" is not empty`, 'name a new one, or add --force')
          : failure(
              'document',
              `directory "${directory}" has ${kept.join(', ')} already`,
              'name another directory, or add --force',
            )
      await checkFolder(folder, `directory "${directory}"`)
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      const { data: own } = options
      const project =
        own !== undefined
          ? await writeOwnProject(folder, { ...options, data: own }, host.cwd)
          : await writeSampleProject(
              folder,
              options.from === undefined
                ? STARTER_DOCUMENT
                : documentFrom(options.from, options, options.setting ?? [], plugins),
              options.seed,
            )
      await save(join(folder, SCHEMA_FILES.model), `${JSON.stringify(schema(plugins), null, 2)}\n`)
      await save(join(folder, SCHEMA_FILES.data), `${JSON.stringify(dataSchema(), null, 2)}\n`)
      const settings = join('.vscode', 'settings.json')
      const hasSettings = existsSync(join(folder, settings))
      if (!hasSettings) await save(join(folder, settings), EDITOR_SETTINGS)
      const { summary, name, data, written, lines, user } = project
      if (options.json)
        return answer(context, {
          directory,
          document: 'model.json',
          data,
          schema: SCHEMA_FILES.model,
          dataSchema: SCHEMA_FILES.data,
          ...(own === undefined ? {} : { found: lines.map((line) => line.trim()) }),
        })
      const more = (options.plugin ?? []).flatMap((name) => ['--plugin', pluginFrom(host.cwd, folder, name)])
      const enter = relative(host.cwd, folder)
      host.out(
        [
          ...(lines.length > 0 ? [...lines.map((line) => `${line}\n`), '\n'] : []),
          table([
            ['model.json', summary],
            ...(written === undefined ? [] : [[data, written]]),
            [`${SCHEMA_FILES.model}, ${SCHEMA_FILES.data}`, 'completion and checks in editors'],
            [settings, hasSettings ? 'unchanged: it was there before' : 'the same for VS Code; comments are no errors'],
          ]),
          '\nnext\n',
          ...(enter ? [`  cd ${shellQuote(enter)}\n`] : []),
          ...[
            ['check', 'model.json', '--data', data, ...more],
            ['explain', 'model.json', ...more],
            ['train', 'model.json', '--data', data, ...more],
            ...(user === undefined ? [] : [['recommend', `${name}.safetensors`, '--user', user, ...more]]),
          ].map((argv) => `  ${commandLine(argv)}\n`),
        ].join(''),
      )
    })
