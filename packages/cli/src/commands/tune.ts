import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT } from '../exit.js'
import { parseInterval } from '../input/interval.js'
import { parseWhole } from '../input/number.js'
import { withBudget, withData, withJson, withPlugins, withRuntime, withSeed, withSet } from '../input/options.js'
import { tunedJson, tunedText } from '../output/tuned.js'
import type { TuneOptions } from '../study/plan.js'
import { tune } from '../study/tune.js'

/** `recspec tune`: the search of a document is run, and its best document written. */
export const tuneCommand = (context: Context): Command =>
  withPlugins(withSet(withRuntime(withSeed(withBudget(withData(withJson(new Command('tune'))))))))
    .description('try the values of a search on validation rows, write the best document')
    .argument('<file>', 'a document with a section "search"')
    .option(
      '--workers <n>',
      'trials that run side by side; part of what a search depends on',
      parseWhole('--workers', 1, 64),
      1,
    )
    .option('--journal <path>', 'the file of all trials; default: <name>.journal.jsonl. An unfinished search goes on')
    .option('--out <path>', 'the file of the best document; default: <name>.best.json')
    .option(
      '--checkpoint-every <n>',
      'keep a checkpoint of a trial beside the journal: every 500 steps of the solver, or every 30s, 5m, 1h',
      parseInterval('--checkpoint-every'),
      { seconds: 20 },
    )
    .action(async (file: string, options: TuneOptions) => {
      const result = await tune(context, file, options)
      if (result.interrupted) context.code = EXIT.interrupted
      if (options.json) answer(context, tunedJson(result))
      else context.host.out(tunedText(context, result))
    })
