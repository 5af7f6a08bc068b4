import { rm, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Interval, train } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT, failure } from '../exit.js'
import { digestOf } from '../input/artifact.js'
import { loadDataset } from '../input/dataset.js'
import { readSource } from '../input/document.js'
import { parseInterval } from '../input/interval.js'
import {
  type DataOptions,
  type PluginOptions,
  type RuntimeOptions,
  type SetOptions,
  withBudget,
  withData,
  withJson,
  withPlugins,
  withRuntime,
  withSeed,
  withSet,
} from '../input/options.js'
import { readResume } from '../input/resume.js'
import { watchInterrupt } from '../interrupt.js'
import { nextCommands } from '../output/hints.js'
import { metricTable } from '../output/metrics.js'
import { outcomeText } from '../output/outcome.js'
import { progress } from '../output/progress.js'
import { save } from '../output/save.js'
import { formatBytes, formatCount, formatDuration } from '../output/table.js'
import { loadPlugins } from '../project/plugins.js'
import { openRuntime } from '../project/runtime.js'

interface Options extends PluginOptions, SetOptions, RuntimeOptions, DataOptions {
  readonly seed: number
  readonly budget?: number
  readonly out?: string
  readonly resume?: string
  readonly checkpointEvery?: Interval
  readonly json?: true
}

/** Where a model goes: `--out`, else the document's name. */
const target = (options: Options, name: string) => options.out ?? `${name.replace(/[^\w.-]+/g, '-')}.safetensors`

/** Where an interrupted run goes: beside the place of the whole one, which it must not overwrite. */
export const checkpointPath = (path: string) => `${path.replace(/\.safetensors$/, '')}.checkpoint.safetensors`

/** Found out before training rather than after it. */
const writable = async (path: string) => {
  const there = await stat(path).catch(() => undefined)
  if (there?.isDirectory()) throw failure('document', `--out ${path} is a directory`, 'give the name of a file in it')
}

/** `recspec train`: a document and data become a model, measured against popularity. */
export const trainCommand = (context: Context): Command =>
  withPlugins(withSet(withRuntime(withSeed(withBudget(withData(withJson(new Command('train'))))))))
    .description('train a model on data, measure it, save it')
    .argument('<file>', 'a document')
    .option('--out <path>', 'where the model goes; <name>.safetensors unless said')
    .option('--resume <checkpoint>', 'go on where a run stopped or was killed: same document, data and seed')
    .option(
      '--checkpoint-every <n>',
      'keep a checkpoint for --resume beside --out while training: every 500 steps of the solver, or every 30s, 5m, 1h',
      parseInterval('--checkpoint-every'),
    )
    .action(async (file: string, options: Options) => {
      const { host } = context
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      const graph = compile(await readSource(host, file), plugins, options.set ?? [])
      const line = progress(host)
      const stop = watchInterrupt(host)
      try {
        line.note(`reading ${options.data}`)
        const { dataset, rejected } = await loadDataset(host, options)
        const engine = await openRuntime(host, options)
        try {
          const whole = target(options, graph.name)
          const checkpoint = resolve(host.cwd, checkpointPath(whole))
          await writable(resolve(host.cwd, whole))
          stop.check()
          line.note(`training ${graph.name}`)
          const resume =
            options.resume === undefined ? undefined : await readResume(host, options.resume, graph, options.seed)
          const trained = await train(graph, dataset, {
            seed: options.seed,
            ...(resume ? { resume } : {}),
            kernels: engine.kernels,
            signal: stop.signal,
            ...(options.budget === undefined ? {} : { budget: options.budget }),
            onReport: line.report,
            ...(options.checkpointEvery
              ? { checkpointEvery: options.checkpointEvery, onCheckpoint: (file) => save(checkpoint, file) }
              : {}),
          })
          const path = trained.interrupted ? checkpointPath(whole) : whole
          line.note(`saving ${path}`)
          const content = await trained.model.save()
          await save(resolve(host.cwd, path), content)
          line.end()
          if (trained.interrupted) context.code = EXIT.interrupted
          else if (options.checkpointEvery) await rm(checkpoint, { force: true })
          const { evaluation } = trained
          if (options.json)
            return answer(context, {
              metrics: evaluation?.metrics ?? {},
              baseline: evaluation?.baseline ?? {},
              protocol: evaluation?.protocol ?? null,
              seconds: trained.seconds,
              rows: trained.rows,
              rejected,
              digest: digestOf(content),
              backend: engine.backend,
              threads: engine.kernels.threads,
              artifact: path,
              outcomes: trained.outcomes,
              interrupted: trained.interrupted !== undefined,
            })
          host.out(
            [
              trained.interrupted ? 'interrupted; ' : '',
              `trained ${graph.name} on ${formatCount(trained.rows)} rows in ${formatDuration(trained.seconds)} (${engine.backend})\n`,
              ...(trained.interrupted ? [] : trained.outcomes.map(outcomeText)),
              evaluation
                ? `\n${metricTable(evaluation, graph)}`
                : trained.interrupted
                  ? ''
                  : '\nno test rows: nothing was measured\n',
              `\nsaved ${path}, ${formatBytes(content.length)}\n`,
              trained.interrupted ? `\ngo on with the same command and --resume ${path}\n` : '',
              nextCommands(basename(path) === path ? path : resolve(host.cwd, path), trained.model),
            ].join(''),
          )
        } finally {
          await engine.kernels.close()
        }
      } finally {
        line.end()
        stop.end()
      }
    })
