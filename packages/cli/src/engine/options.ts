import { type Command, Option } from 'commander'
import { failure } from '../exit.js'
import { collect } from '../input/options.js'

/** `--engine`, `--master`, `--conf`, `--work`. */
export interface EngineOptions {
  readonly engine?: 'spark'
  readonly master?: string
  readonly conf?: readonly string[]
  readonly work?: string
}

const parseConf = (text: string): string => {
  if (/^[\w.-]+=/.test(text)) return text
  throw failure('document', `expected key=value for --conf, got "${text}"`, '--conf spark.executor.memory=8g')
}

export const withEngine = (command: Command): Command =>
  command
    .addOption(new Option('--engine <name>', 'let an engine do the work: spark, by spark-submit').choices(['spark']))
    .option('--master <url>', 'the master of Spark; default: local[2]')
    .option('--conf <key=value>', 'a setting of Spark (repeatable)', collect(parseConf))
    .option(
      '--work <folder>',
      'where an engine reads and writes, and what stays there: program, tables, log; a folder that every executor sees; ' +
        'default: a temporary one, for local masters',
    )

/** Refuses options of engines without an engine. */
export const checkEngineOptions = (options: EngineOptions): void => {
  if (options.engine !== undefined) return
  for (const name of ['master', 'conf', 'work'] as const)
    if (options[name] !== undefined)
      throw failure('document', `--${name} is an option of engines`, 'add --engine spark, or leave it out')
}
