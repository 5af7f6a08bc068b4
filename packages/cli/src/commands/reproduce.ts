import { contentDigest, type Evaluation, train } from '@recspec/core'
import { check, SpecError } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT, failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { dataOf, loadDataset } from '../input/dataset.js'
import {
  type DataOptions,
  type PluginOptions,
  type RuntimeOptions,
  withJson,
  withOptionalData,
  withPlugins,
  withRuntime,
} from '../input/options.js'
import { watchInterrupt } from '../interrupt.js'
import { progress } from '../output/progress.js'
import { formatDuration, formatMetric, table } from '../output/table.js'
import { loadPlugins } from '../project/plugins.js'

interface Options extends RuntimeOptions, PluginOptions, Partial<DataOptions> {
  readonly json?: true
}

/** `recspec reproduce`: trains the document of a model anew, and says whether the same bytes and metrics come out. */
export const reproduceCommand = (context: Context): Command =>
  withPlugins(withRuntime(withOptionalData(withJson(new Command('reproduce')), 'default: as the model names it')))
    .description('train the document of a model anew with its data and seed, and compare digest and metrics')
    .argument('<artifact>', 'a trained model')
    .action((path: string, options: Options) =>
      withModel(context, path, options, async ({ model, runtime, digest }) => {
        const { host } = context
        const line = progress(host)
        const interrupt = watchInterrupt(host)
        try {
          const { dataset } = await loadDataset(host, dataOf(model, path, options), undefined, interrupt)
          const source = { name: `the document in ${path}`, text: JSON.stringify(model.graph.document, null, 2) }
          const { graph, ...mistakes } = check(source, await loadPlugins(host.cwd, options.plugin ?? [], path))
          if (!graph) throw new SpecError(mistakes.diagnostics, mistakes.omitted)
          const segments = [...new Set(model.evaluation?.segments?.map(({ by }) => by) ?? [])]
          const trained = await train(graph, dataset, {
            seed: model.seed,
            kernels: runtime.kernels,
            signal: interrupt.signal,
            ...(segments.length > 0 ? { segments } : {}),
            onReport: line.report,
            onStep: line.step,
          })
          if (trained.interrupted)
            throw failure('interrupted', 'interrupted before the training was over', 'nothing was compared')
          line.end()
          const again = await contentDigest(await trained.model.save({ compact: model.compact }))
          const metrics = compared(model.evaluation, trained.evaluation)
          const same = again === digest && metrics.every((metric) => metric.same)
          if (!same) context.code = EXIT.different
          const { seconds } = trained
          if (options.json) return answer(context, { same, digest, again, metrics, seconds, artifact: path })
          host.out(`trained ${graph.name} anew in ${formatDuration(seconds)}\n`)
          host.out(
            again === digest ? `the same digest: ${digest}\n` : `another digest: ${again}\nthe model has:  ${digest}\n`,
          )
          host.out(metricText(metrics))
        } finally {
          line.end()
          interrupt.end()
        }
      }),
    )

interface ComparedMetric {
  readonly name: string
  readonly before: number
  readonly now: number
  readonly same: boolean
}

/** The metrics of both evaluations; a metric that only one has is not the same. */
const compared = (before: Evaluation | undefined, now: Evaluation | undefined): readonly ComparedMetric[] => {
  const [first, second] = [before?.metrics ?? {}, now?.metrics ?? {}]
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].map((name) => {
    const [a, b] = [first[name] ?? Number.NaN, second[name] ?? Number.NaN]
    return { name, before: a, now: b, same: Object.is(a, b) }
  })
}

const metricText = (metrics: readonly ComparedMetric[]): string =>
  metrics.length === 0
    ? 'no metrics to compare\n'
    : table(
        [
          ['', 'model', 'anew', ''],
          ...metrics.map(({ name, before, now, same }) => [
            name,
            formatMetric(before),
            formatMetric(now),
            same ? 'the same' : 'differs',
          ]),
        ],
        ['left', 'right', 'right', 'left'],
      )
