import { Command, CommanderError } from 'commander'
import { checkCommand } from './commands/check.js'
import { compareCommand } from './commands/compare.js'
import { diffCommand } from './commands/diff.js'
import { doctorCommand } from './commands/doctor.js'
import { evaluateCommand } from './commands/evaluate.js'
import { explainCommand } from './commands/explain.js'
import { exportCommand } from './commands/export.js'
import { infoCommand } from './commands/info.js'
import { initCommand } from './commands/init.js'
import { predictCommand } from './commands/predict.js'
import { queryCommand } from './commands/query.js'
import { recommendCommand } from './commands/recommend.js'
import { reproduceCommand } from './commands/reproduce.js'
import { runTrialsCommand } from './commands/runtrials.js'
import { sampleCommand } from './commands/sample.js'
import { schemaCommand } from './commands/schema.js'
import { similarCommand } from './commands/similar.js'
import { trainCommand } from './commands/train.js'
import { tuneCommand } from './commands/tune.js'
import { whyCommand } from './commands/why.js'
import { answer, type Context } from './context.js'
import { EXIT, errorJson, printError, reasonOf } from './exit.js'
import { type Host, terminal } from './host.js'
import { refuseRepeats } from './input/options.js'
import { usageError } from './input/usage.js'
import { isSpecError, printDiagnostics } from './output/diagnostics.js'
import { printableHost } from './output/printable.js'
import { version } from './project/version.js'

const COMMANDS = [
  initCommand,
  checkCommand,
  explainCommand,
  trainCommand,
  tuneCommand,
  evaluateCommand,
  compareCommand,
  predictCommand,
  recommendCommand,
  similarCommand,
  queryCommand,
  whyCommand,
  infoCommand,
  exportCommand,
  diffCommand,
  reproduceCommand,
  schemaCommand,
  sampleCommand,
  doctorCommand,
]

/** Runs the command line and resolves to the exit code; never throws. */
export const main = async (argv: readonly string[], host: Host = terminal()): Promise<number> => {
  const context: Context = { host: printableHost(host), argv, code: EXIT.ok }
  try {
    await program(context).parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' })
    return context.code
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown
    return fail(context, error, argv.includes('--json'))
  }
}

/** The command `recspec` with all of its subcommands. */
const program = (context: Context): Command => {
  const { host } = context
  const root = new Command('recspec')
    .description('Recommender models as JSON documents')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err, outputError: () => {} })
    .addHelpText('after', '\nA first model: npx recspec init my-project')
  const add = (command: Command, hidden = false) =>
    root.addCommand(refuseRepeats(command.copyInheritedSettings(root)), { hidden })
  for (const command of COMMANDS) add(command(context))
  add(runTrialsCommand(context), true)
  return root
}

/** Prints an error; returns the exit code. */
const fail = (context: Context, error: unknown, json: boolean): number => {
  const { host } = context
  const reason = reasonOf(error)
  if (isSpecError(error)) host.err(`${printDiagnostics(error)}\n`)
  else host.err(`${printError(error, host.environment['RECSPEC_DEBUG'] === '1')}\n`)
  if (json) {
    const diagnostics = isSpecError(error) ? { diagnostics: error.diagnostics, omitted: error.omitted ?? 0 } : {}
    answer(context, { error: errorJson(error), ...diagnostics })
  }
  return EXIT[reason]
}
