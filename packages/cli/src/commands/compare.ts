import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { parseWhole } from '../input/number.js'
import {
  type ReportOptions,
  withBudget,
  withData,
  withJson,
  withPlugins,
  withReport,
  withRuntime,
  withSeed,
  withSegments,
  withSet,
} from '../input/options.js'
import { comparisonJson, comparisonText } from '../output/comparison.js'
import { type ComparingOptions, runComparison } from '../project/comparing.js'
import { reportComparison } from '../report/comparison.js'

interface Options extends ComparingOptions, ReportOptions {
  readonly json?: true
}

/** `recspec compare`: documents and models on the same held-out rows, with intervals and paired tests. */
export const compareCommand = (context: Context): Command =>
  withPlugins(
    withSet(withRuntime(withSeed(withBudget(withSegments(withData(withReport(withJson(new Command('compare'))))))))),
  )
    .description('train documents on the same data, measure them and models on the same rows, say what is noise')
    .argument('<files...>', 'documents or trained models; the others are tested against the first')
    .option('--out-dir <folder>', 'keep the models that are trained here; default: they are not kept')
    .option('--samples <n>', 'bootstrap samples of users', parseWhole('--samples', 100), 2000)
    .action(async (files: readonly string[], options: Options) => {
      const { report } = options
      const compared =
        report === undefined
          ? await runComparison(context, files, options)
          : await reportComparison(context, files, options, report)
      if (options.json) answer(context, comparisonJson(compared))
      else context.host.out(comparisonText(compared))
    })
