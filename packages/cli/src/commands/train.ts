import { rm, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Interval, train } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { Command } from 'commander'
import { digestOf } from '../artifact.js'
import { answer, type Context } from '../context.js'
import { readSource } from '../document.js'
import { openEngine } from '../engine.js'
import { EXIT, failure } from '../exit.js'
import { stopping } from '../interrupt.js'
import { interval } from '../interval.js'
import { trySomething } from '../next.js'
import {
  type DataOptions,
  type EngineOptions,
  type PluginOptions,
  type SetOptions,
  withBudget,
  withData,
  withEngine,
  withJson,
  withPlugins,
  withSeed,
  withSet,
} from '../options.js'
import { outcomeText } from '../outcome.js'
import { loadPlugins } from '../plugins.js'
import { progress } from '../progress.js'
import { read } from '../read.js'
import { resumed } from '../resume.js'
import { save } from '../save.js'
import { scores } from '../scores.js'
import { bytes, count, duration } from '../table.js'

interface Options extends PluginOptions, SetOptions, EngineOptions, DataOptions {
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
  withPlugins(withSet(withEngine(withSeed(withBudget(withData(withJson(new Command('train'))))))))
    .description('train a model on data, measure it, save it')
    .argument('<file>', 'a document')
    .option('--out <path>', 'where the model goes; <name>.safetensors unless said')
    .option('--resume <checkpoint>', 'go on where a run stopped or was killed: same document, data and seed')
    .option(
      '--checkpoint-every <n>',
      'keep a checkpoint for --resume beside --out while training: every 500 steps of the solver, or every 30s, 5m, 1h',
      interval('--checkpoint-every'),
    )
    .action(async (file: string, options: Options) => {
      const { host } = context
      const plugins = await loadPlugins(host.cwd, options.plugin ?? [])
      const graph = compile(await readSource(host, file), plugins, options.set ?? [])
      const line = progress(host)
      const stop = stopping(host)
      try {
        line.note(`reading ${options.data}`)
        const { dataset, rejected } = await read(host, options)
        const engine = await openEngine(host, options)
        try {
          const whole = target(options, graph.name)
          const checkpoint = resolve(host.cwd, checkpointPath(whole))
          await writable(resolve(host.cwd, whole))
          stop.check()
          line.note(`training ${graph.name}`)
          const resume =
            options.resume === undefined ? undefined : await resumed(host, options.resume, graph, options.seed)
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
              `trained ${graph.name} on ${count(trained.rows)} rows in ${duration(trained.seconds)} (${engine.backend})\n`,
              ...(trained.interrupted ? [] : trained.outcomes.map(outcomeText)),
              evaluation
                ? `\n${scores(evaluation, graph)}`
                : trained.interrupted
                  ? ''
                  : '\nno test rows: nothing was measured\n',
              `\nsaved ${path}, ${bytes(content.length)}\n`,
              trained.interrupted ? `\ngo on with the same command and --resume ${path}\n` : '',
              trySomething(basename(path) === path ? path : resolve(host.cwd, path), trained.model),
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
