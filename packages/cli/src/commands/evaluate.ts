import type { Dataset, MeasuredOn, MeasureOptions, Model } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { loadDataset } from '../input/dataset.js'
import { type MeasuringOptions, measuringOf, withMeasuring } from '../input/measuring.js'
import {
  type DataOptions,
  type PluginOptions,
  type ReportOptions,
  type RuntimeOptions,
  withData,
  withJson,
  withPlugins,
  withReport,
  withRuntime,
  withSegments,
} from '../input/options.js'
import { type Ablation, ablationTable, withDifferences } from '../output/ablations.js'
import { metricTable } from '../output/metrics.js'
import { evaluationPage } from '../report/evaluation.js'

interface Options extends RuntimeOptions, PluginOptions, DataOptions, MeasuringOptions, ReportOptions {
  readonly trained?: true
  readonly heldOut?: true
  readonly ablate?: true
  readonly segments?: readonly string[]
  readonly json?: true
}

/** Says which metrics of the document are not measured, because their plugin is not loaded. */
const noteUnmeasured = ({ host }: Context, { graph }: Model) => {
  const { metrics = [] } = (graph.document['evaluation'] ?? {}) as { readonly metrics?: readonly string[] }
  const measured = new Set(graph.evaluation.metrics.map(({ text }) => text))
  const missing = metrics.filter((text) => !measured.has(text))
  if (missing.length > 0) host.err(`not measured, the plugin is not loaded: ${missing.join(', ')}\n`)
}

/** The metrics without each input of the model, in turn. */
const ablate = async (
  model: Model,
  data: Dataset,
  on: MeasuredOn,
  options: MeasureOptions,
): Promise<readonly Ablation[]> => {
  const found: Ablation[] = []
  for (const input of model.graph.inputs.keys())
    found.push({ input, evaluation: await model.evaluate(data, on, { ...options, without: input }) })
  return found
}

/** `recspec evaluate`: measures a saved model on test rows, on those held out of its data, or on those it knows. */
export const evaluateCommand = (context: Context): Command =>
  withMeasuring(withPlugins(withRuntime(withSegments(withData(withReport(withJson(new Command('evaluate'))))))))
    .description('measure a trained model on test rows')
    .argument('<artifact>', 'a trained model')
    .option('--held-out', 'measure again on the rows that the split held out of the data that it was trained with')
    .option('--trained', 'measure on the rows that it was trained on, which shows how well it fits')
    .option('--ablate', 'measure again without each input, its values unknown; the model is not trained again')
    .action((path: string, options: Options) => {
      if (options.trained && options.heldOut)
        throw failure('document', '--trained and --held-out are different rows', 'give one of them')
      return withModel(context, path, options, async (opened) => {
        const { model, runtime, digest } = opened
        const page =
          options.report === undefined
            ? undefined
            : await evaluationPage(context, options.report, [path, options.data, options.items, options.users])
        const { dataset, rejected } = await loadDataset(context.host, options, {
          users: model.users.ids,
          items: model.items.ids,
        })
        const start = performance.now()
        const on = options.trained ? 'trained' : options.heldOut ? 'held-out' : 'test'
        const spec = await measuringOf(context.host, path, model, options)
        const measuring = spec ? { evaluation: spec } : {}
        const segments = options.segments ? { segments: options.segments } : {}
        const evaluation = await model.evaluate(dataset, on, { ...measuring, ...segments })
        const ablations = options.ablate ? await ablate(model, dataset, on, measuring) : undefined
        if (!spec) noteUnmeasured(context, model)
        const measuredBy = spec?.metrics ?? model.graph.evaluation.metrics
        await page?.write(opened, { evaluation, metrics: measuredBy, dataset, on, data: options.data, rejected })
        const seconds = (performance.now() - start) / 1000
        if (options.json) {
          const { metrics, baseline, recent, classes, protocol, rows, head, segments, receipt } = evaluation
          const { backend } = runtime
          const measured = {
            metrics,
            baseline,
            ...(recent ? { recent } : {}),
            ...(classes ? { classes } : {}),
            ...(ablations ? { ablations: ablations.map((one) => withDifferences(one, evaluation)) } : {}),
            protocol,
            ...(receipt ? { receipt } : {}),
            ...(head ? { head } : {}),
            ...(segments ? { segments } : {}),
          }
          answer(context, { ...measured, seconds, rows, rejected, digest, backend, artifact: path })
          return
        }
        context.host.out(`${model.graph.name}\n\n${metricTable(evaluation, model.graph)}`)
        if (ablations) context.host.out(`\n${ablationTable(ablations, evaluation)}`)
      })
    })
