import { segmentations } from '@recspec/core'
import { type Command, Option } from 'commander'
import { failure } from '../exit.js'
import { parseDataPath } from './datapath.js'
import { parseSize, parseWhole } from './number.js'
import { type Override, parseOverride } from './overrides.js'

const repeatable = new WeakSet<object>()

/** Collects the values of an option that may be repeated. */
export const collect = <T>(read: (text: string) => T) => {
  const append = (text: string, before: readonly T[] = []): readonly T[] => [...before, read(text)]
  repeatable.add(append)
  return append
}

/** Refuses an option of the command, or of its subcommands, that is given twice, but for those that are collected. */
export const refuseRepeats = (command: Command): Command => {
  for (const option of command.options) {
    if (!option.required || (option.parseArg && repeatable.has(option.parseArg))) continue
    let given = false
    command.on(`option:${option.name()}`, () => {
      const name = option.long ?? option.flags
      if (given) throw failure('document', `option "${name}" is given twice`, 'give it once')
      given = true
    })
  }
  for (const inner of command.commands) refuseRepeats(inner)
  return command
}

/** `--json`. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON object as the last line of standard output')

/** `--report`. */
export interface ReportOptions {
  readonly report?: string
}
export const withReport = (command: Command): Command =>
  command.option('--report <file>', 'write a page with charts, maps, lists and receipts: one .html that opens offline')

/** `--segments`. */
export const withSegments = (command: Command): Command =>
  command.option(
    '--segments <names>',
    `measure parts of the test rows too, names with commas between them: ${Object.keys(segmentations).join(', ')}`,
    (text: string) => {
      const names = text.split(',').map((name) => name.trim())
      const unknown = names.find((name) => !Object.hasOwn(segmentations, name))
      if (unknown !== undefined)
        throw failure(
          'document',
          `unknown segments "${unknown}" in --segments`,
          `expected ${Object.keys(segmentations).join(', ')}`,
        )
      return names
    },
  )

/** `--plugin`. */
export interface PluginOptions {
  readonly plugin?: readonly string[]
}
export const withPlugins = (command: Command): Command =>
  command.option(
    '--plugin <package>',
    'a package, file or folder with plugins, name=package under another name; besides the official ones and those of ' +
      'recspec.config.json (repeatable)',
    collect(String),
  )

/** `--set`. */
export interface SetOptions {
  readonly set?: readonly Override[]
}
export const withSet = (command: Command): Command =>
  command.option('--set </pointer=value>', 'change a value of the document (repeatable)', collect(parseOverride))

/** `--backend`, `--threads`. */
export interface RuntimeOptions {
  readonly backend?: string
  readonly threads?: number
}
export const withRuntime = (command: Command): Command =>
  command
    .option('--backend <name>', 'wasm, cpu or tensorflow; default: wasm, the fastest')
    .option('--threads <n>', 'threads of the kernels; results do not depend on them', parseWhole('--threads', 1))

/** `--data`, `--items`, `--users`. */
export interface DataOptions {
  readonly data: string
  readonly items?: string
  readonly users?: string
}
const dataFile = 'a data document, or a CSV, TSV, Parquet or JSONL file of user, item[, rating][, time]'
export const withData = (command: Command): Command =>
  withTables(command.requiredOption('--data <path>', dataFile, parseDataPath))
export const withOptionalData = (command: Command, what: string): Command =>
  withTables(command.option('--data <path>', `${dataFile}; ${what}`, parseDataPath))
const withTables = (command: Command): Command =>
  command
    .option('--items <path>', 'a table of items', parseDataPath)
    .option('--users <path>', 'a table of users', parseDataPath)

/** `-k`. */
export const withCount = (command: Command): Command =>
  command.option('-k, --count <n>', 'how many results', parseWhole('-k', 1), 10)

/** `--by`. */
export const withBy = (command: Command): Command =>
  command.addOption(new Option('--by <nearness>', 'how similarity is measured').choices(['dot', 'cosine', 'euclidean']))

/** `--seed`, `--budget`, `--out`. */
export const withSeed = (command: Command): Command =>
  command.option('--seed <n>', 'seed of all random numbers', parseWhole('--seed', 0, 2 ** 32 - 1), 0)
export const withBudget = (command: Command): Command =>
  command.option(
    '--budget <size>',
    'memory that training may use, such as 2g; a document that needs more is refused',
    parseSize,
  )
