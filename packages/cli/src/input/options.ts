import { type Command, Option } from 'commander'
import { parseSize, parseWhole } from './number.js'
import { type Override, parseOverride } from './overrides.js'

/** Collects an option that may be repeated. */
export const collect =
  <T>(read: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, read(text)]

/** `--json`. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON object as the last line of standard output')

/** `--plugin`. */
export interface PluginOptions {
  readonly plugin?: readonly string[]
}
export const withPlugins = (command: Command): Command =>
  command.option(
    '--plugin <package>',
    'a plugin beside the official ones and recspec.config.json (repeatable)',
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
    .option('--backend <name>', 'wasm, cpu or tensorflow; the fastest present unless said')
    .option('--threads <n>', 'threads of the kernels; results do not depend on it', parseWhole('--threads', 1))

/** `--data`, `--items`, `--users`. */
export interface DataOptions {
  readonly data: string
  readonly items?: string
  readonly users?: string
}
export const withData = (command: Command): Command =>
  command
    .requiredOption(
      '--data <path>',
      'a data document, or a CSV, TSV, Parquet or JSONL file of user, item[, rating][, time]',
    )
    .option('--items <path>', 'a table of items')
    .option('--users <path>', 'a table of users')

/** `-k`. */
export const withCount = (command: Command): Command =>
  command.option('-k, --count <n>', 'how many results', parseWhole('-k', 1), 10)

/** `--by`. */
export const withBy = (command: Command): Command =>
  command.addOption(new Option('--by <nearness>', 'how nearness is measured').choices(['dot', 'cosine', 'euclidean']))

/** `--seed`, `--budget`, `--out`. */
export const withSeed = (command: Command): Command =>
  command.option('--seed <n>', 'what all randomness is keyed by', parseWhole('--seed', 0), 0)
export const withBudget = (command: Command): Command =>
  command.option('--budget <size>', 'memory that training may take, such as 2g; more is refused', parseSize)
